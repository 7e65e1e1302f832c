//! What a queue promises.

use async_trait::async_trait;
use campanile_domain::{Channel, Lane};

use crate::{DeadMessage, Message};

/// The queue cannot be used now; the supervisor behind it goes on trying.
#[derive(Debug, thiserror::Error)]
#[error("queue unavailable: {0}")]
pub struct QueueError(pub String);

/// What became of one published message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PublishOutcome {
    /// The queue has it, durably where it is durable.
    Confirmed,
    /// It has not, or it is unknown. The dispatch is published again after its deadline.
    Unconfirmed,
}

/// One line about its state for operators.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueHealth {
    /// Whether messages can pass now.
    pub up: bool,
    /// One readable sentence.
    pub detail: String,
}

/// Carries messages to a worker that has capacity.
#[async_trait]
pub trait Queue: Send + Sync + 'static {
    /// Publishes messages; one outcome each, in order. Never hangs: an outcome that does not come
    /// in time is [`PublishOutcome::Unconfirmed`].
    async fn publish(&self, messages: &[Message]) -> Vec<PublishOutcome>;

    /// Starts to take messages of one channel and lane, at most `prefetch` of them unacknowledged.
    /// The consumer outlives losses of the connection.
    ///
    /// # Errors
    /// [`QueueError`] only where the queue can never serve this.
    async fn consume(
        &self,
        channel: Channel,
        lane: Lane,
        prefetch: u16,
    ) -> Result<Box<dyn Consumer>, QueueError>;

    /// Takes up to `limit` messages off the queue's own dead-letter queue, without waiting for any. A
    /// queue that keeps no such queue has none. Not cancel-safe: what a cancelled call had asked for
    /// may come again only after the connection has ended.
    ///
    /// # Errors
    /// [`QueueError`] while it cannot be asked; what was taken by then comes again.
    async fn take_dead(&self, limit: usize) -> Result<Vec<DeadMessage>, QueueError>;

    /// Whether messages can pass now.
    async fn health(&self) -> QueueHealth;

    /// Stops taking, hands back what is not acknowledged, closes.
    async fn close(&self);
}

/// A stream of messages.
#[async_trait]
pub trait Consumer: Send {
    /// The next message; `None` once the queue is closed. Cancel-safe: dropping the future loses
    /// nothing.
    async fn next(&mut self) -> Option<Received>;
}

/// A received message. If it is dropped without an acknowledgement, it is delivered again, to any consumer.
pub struct Received {
    /// What it says.
    pub message: Message,
    /// Whether a consumer may have received it before.
    pub redelivered: bool,
    /// How to let go of it.
    pub acknowledge: Box<dyn Acknowledge>,
}

/// How to let go of a message.
#[async_trait]
pub trait Acknowledge: Send + Sync {
    /// Whether this consumer still holds the message, as far as is known here: a lost connection gives all messages
    /// to others.
    fn is_ours(&self) -> bool;
    /// Done: never deliver it again.
    async fn done(self: Box<Self>);
    /// Not processed: deliver it to another consumer.
    async fn hand_back(self: Box<Self>);
}
