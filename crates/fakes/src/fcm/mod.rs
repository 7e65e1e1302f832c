//! FCM as tests see it: a token endpoint that verifies, a send endpoint that keeps a ledger, both on
//! one port that speaks HTTP/1.1 and HTTP/2.
//!
//! `account` is the service account it knows, `token` and `send` its two endpoints, `reply` how it can
//! be made to answer, `server` the rest.

mod account;
mod reply;
mod send;
mod server;
mod token;

pub use account::FcmAccount;
pub use reply::{FcmReply, error_body};
pub use send::FcmMessage;
pub use server::FcmServer;
