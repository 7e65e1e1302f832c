//! What workers say of themselves, for those who answer questions about the installation.

use std::collections::BTreeSet;

use async_trait::async_trait;
use campanile_domain::{Channel, WorkerId};
use chrono::{DateTime, Utc};

use crate::StorageError;

/// What a worker has sent through a channel in an hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentHour {
    /// The channel.
    pub channel: Channel,
    /// The beginning of the hour.
    pub hour: DateTime<Utc>,
    /// Deliveries that arrived.
    pub sent: u64,
    /// Deliveries that died.
    pub failed: u64,
    /// When the last one arrived.
    pub last_sent_at: Option<DateTime<Utc>>,
}

/// What a worker says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorkerReport {
    /// Whether it reaches the queue.
    pub queue_up: bool,
    /// The channels that it has accounts for.
    pub channels: BTreeSet<Channel>,
    /// Hours that have changed, whole.
    pub hours: Vec<SentHour>,
}

/// What workers have said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reported {
    /// Whether a living worker reaches the queue; `None` where none lives that says so.
    pub queue_up: Option<bool>,
    /// The channels that a living worker has accounts for.
    pub channels: BTreeSet<Channel>,
    /// Deliveries that arrived since the moment that was asked for.
    pub sent: u64,
    /// Deliveries that died since then.
    pub failed: u64,
    /// When the last one arrived, however long ago.
    pub last_sent_at: Option<DateTime<Utc>>,
}

/// Keeps what workers say.
#[async_trait]
pub trait WorkerReports: Send + Sync {
    /// Puts what a worker says in the place of what it said before; hours that it does not name stay. Nothing is kept of
    /// the queue and the channels of a worker without a heartbeat.
    ///
    /// # Errors
    /// Nothing is changed, or that is unknown; a repetition is harmless.
    async fn report(&self, worker: WorkerId, report: &WorkerReport) -> Result<(), StorageError>;

    /// What living workers say, those with a heartbeat since `alive_since`, and what all have sent in hours that began at
    /// `sent_since` or later. The cost grows with the number of workers, not with what is sent.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn reported(
        &self,
        alive_since: DateTime<Utc>,
        sent_since: DateTime<Utc>,
    ) -> Result<Reported, StorageError>;

    /// Removes hours that began before `before`, save the one in which something arrived last; says how many.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn forget_sent(&self, before: DateTime<Utc>) -> Result<u64, StorageError>;
}
