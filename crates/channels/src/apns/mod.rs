//! APNs: one call of Apple's push service per delivery, over HTTP/2, without FCM between.
//!
//! `channel` makes the call; `settings` and `tokens` say for which account and with which right,
//! `payload` what is in it, `classify` what the answer means.

mod channel;
pub(crate) mod classify;
mod payload;
mod settings;
mod tokens;

pub use channel::ApnsChannel;
pub use settings::{ApnsAccount, ApnsError, ApnsSettings};
