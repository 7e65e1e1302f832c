//! The doorbell: messages that carry ids and tell a worker that a row waits for it.
//!
//! Losing every message costs seconds, never a notification: the rows of `storage` are the truth.
//! Neighbours: `queue-rabbitmq` implements [`Queue`] for the cluster, [`InProcessQueue`] is the
//! doorbell of `campanile up`, `delivery` publishes and consumes.

pub mod contract;
mod dead;
mod in_process;
mod message;
mod traits;

pub use dead::{DeadMessage, Notes};
pub use in_process::InProcessQueue;
pub use message::{Message, UnreadableMessage};
pub use traits::{Acknowledge, Consumer, PublishOutcome, Queue, QueueError, QueueHealth, Received};
