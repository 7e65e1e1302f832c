//! The message queue: messages carry ids and signal workers that a row is ready.
//!
//! Losing every message costs seconds, never a notification, because the rows of `storage` are the source of truth.
//! Neighbours: `queue-rabbitmq` implements [`Queue`] for the cluster, [`InProcessQueue`] serves `campanile up`,
//! `delivery` publishes and consumes.

#![cfg_attr(
    test,
    allow(clippy::disallowed_methods, reason = "tests live in the present")
)]

pub mod contract;
mod dead;
mod in_process;
mod message;
mod traits;

pub use dead::{DeadMessage, Notes};
pub use in_process::InProcessQueue;
pub use message::{Message, UnreadableMessage};
pub use traits::{Acknowledge, Consumer, PublishOutcome, Queue, QueueError, QueueHealth, Received};
