//! Heartbeats: a lease belongs to a worker, not to a message.

use async_trait::async_trait;
use campanile_domain::WorkerId;
use chrono::{DateTime, Utc};

use crate::StorageError;

/// A worker's row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerRow {
    /// This run of the process.
    pub id: WorkerId,
    /// The machine's name, for people.
    pub host: String,
    /// When it was last alive.
    pub heartbeat_at: DateTime<Utc>,
}

/// Keeps heartbeats.
#[async_trait]
pub trait Workers: Send + Sync {
    /// Inserts or refreshes a worker's row; answers with the database's clock, by which the others
    /// judge who is alive.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn heartbeat(&self, worker: &WorkerRow) -> Result<DateTime<Utc>, StorageError>;

    /// Removes a worker that has handed everything back.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn leave(&self, worker: WorkerId) -> Result<(), StorageError>;

    /// Removes rows without a heartbeat since `before`; says how many.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn forget_silent(&self, before: DateTime<Utc>) -> Result<u64, StorageError>;
}
