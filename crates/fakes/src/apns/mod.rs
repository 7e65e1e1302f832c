//! Apple's push service as tests see it: HTTP/2 without TLS, which verifies the provider's token and every header, and keeps a
//! ledger.
//!
//! `account` is the key it knows, `verify` says what it refuses, `reply` how it can be made to answer, `server` the rest.
//!
//! Source: <https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns>.

mod account;
mod reply;
mod server;
mod verify;

pub use account::ApnsAccount;
pub use reply::ApnsReply;
pub use server::{ApnsPush, ApnsServer};
