//! What programs send that speak another protocol than ours, read into one [`Message`]: the Apprise API, ntfy, webhooks of
//! Alertmanager and Grafana, and webhooks of any shape with a mapping.
//!
//! Bounces and complaints, too ([`mail_reports`]): they are no messages, but come the same way.
//!
//! Pure: bytes and headers in, a message or a [`Refusal`] out. Neighbours: `api` speaks HTTP with these programs, `app`
//! sends the message through `intake`. See ADR 78.

#![cfg_attr(
    test,
    allow(clippy::disallowed_methods, reason = "tests live in the present")
)]

pub mod alerts;
pub mod apprise;
mod form;
pub mod mail_reports;
mod message;
pub mod ntfy;
mod refusal;
mod request;
mod texts;
pub mod webhook;

pub use message::{Content, Group, Message, Occasion};
pub use refusal::Refusal;
