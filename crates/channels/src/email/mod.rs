//! Mail: one message to one mailbox per delivery, over the connections of one relay.
//!
//! `channel` makes the call. `message` writes the mail and `dkim` signs it; `pool` lends a
//! `session`, which speaks SMTP on what `connect` opened; `reply` reads what the relay says, and
//! `classify` (with `failure`) what it means. Lettre builds, encodes and authenticates; the
//! connections are ours, because its pool stalls 40 ms a mail and reconnects at every refusal.

mod channel;
pub(crate) mod classify;
mod connect;
mod dkim;
pub(crate) mod failure;
mod message;
mod patience;
mod pool;
pub(crate) mod reply;
mod sender;
mod session;
mod settings;
mod stream;
mod tls;

pub use channel::EmailChannel;
pub use patience::EmailPatience;
pub use settings::{EmailError, EmailSettings, EmailTls};
