//! Mail: one message to one mailbox per delivery, over the connections of one relay.
//!
//! `channel` makes the call. `message` writes the mail (`encoded` the headers that need care) and `dkim`
//! signs it; `pool` lends a `session`, which sends on what `connect` opened. `wire` bounds and reads what
//! a relay sends, `dialogue` pairs it with what was asked, `hello` says who asks, `offers` and `login` are
//! the steps in between; `reply` keeps the codes, `classify` (with `failure`) says what they mean, and
//! `meaning` puts that into words. Lettre builds and encodes the mail; the SMTP is ours, because lettre's
//! codec reads a line of any length into memory and takes a reply without ASCII text for none.

mod channel;
pub(crate) mod classify;
mod connect;
mod dialogue;
mod dkim;
mod encoded;
pub(crate) mod failure;
mod hello;
mod login;
mod meaning;
mod message;
mod offers;
mod patience;
mod pool;
pub(crate) mod reply;
mod sender;
mod session;
mod settings;
mod tls;
mod wire;

pub use channel::EmailChannel;
pub use patience::EmailPatience;
pub use settings::{EmailError, EmailSettings, EmailTls};
