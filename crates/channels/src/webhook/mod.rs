//! Webhooks: one signed POST per delivery ([Standard Webhooks](https://www.standardwebhooks.com)).
//!
//! `channel` makes the call; `body` and `sign` say what is in it, `classify` what the answer means;
//! `outbound` bounds it and says where it may not go.

mod body;
mod channel;
pub(crate) mod classify;
mod settings;
mod sign;

pub use channel::WebhookChannel;
pub use settings::{WebhookError, WebhookSettings};
