//! Webhooks: one signed POST per delivery ([Standard Webhooks](https://www.standardwebhooks.com)).
//!
//! `channel` makes the call; `body` and `sign` say what is in it, `address` and `guard` where it may
//! not go, `client` how it is bounded, `classify` and `retry_after` what the answer means.

mod address;
mod body;
mod channel;
mod classify;
mod client;
mod guard;
mod retry_after;
mod settings;
mod sign;

pub use channel::WebhookChannel;
pub use settings::{WebhookError, WebhookSettings};
