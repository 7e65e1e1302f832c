//! The channels. A channel gets a rendered message, calls the provider and classifies its response.
//!
//! A channel never sees a database and never decides on a retry; `delivery` does both.

#![cfg_attr(
    test,
    allow(clippy::disallowed_methods, reason = "tests live in the present")
)]

pub mod apns;
pub mod email;
pub mod push;
pub mod recipe;
pub mod web_push;
pub mod webhook;

mod outbound;
#[cfg(test)]
mod replies;
mod sender_factory;
mod traits;

pub use outbound::{Forbidden, Guard};
pub use sender_factory::{Reach, SenderFactory};
pub use traits::{ChannelSender, Envelope, Rendered};
