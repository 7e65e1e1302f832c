//! Chores, and the numbers an operator asks for.

use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::StorageError;

/// Dead letters are counted up to this number; beyond it, a back end may return an estimate.
pub const DEAD_LETTERS_COUNTED: u64 = 10_000;

/// How much waits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Depth {
    /// Notifications accepted and not planned.
    pub outbox: u64,
    /// Deliveries dispatched and not done.
    pub dispatched: u64,
    /// Rows that wait for their time.
    pub scheduled: u64,
    /// Age of the oldest outbox or dispatch row, in seconds.
    pub oldest_age_s: u64,
}

/// Chores and numbers.
#[async_trait]
pub trait Maintenance: Send + Sync {
    /// Asks the database the cheapest question there is; says how long the answer took.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`].
    async fn ping(&self) -> Result<Duration, StorageError>;

    /// How much waits.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn depth(&self, now: DateTime<Utc>) -> Result<Depth, StorageError>;

    /// How many dead letters all tenants have: exactly up to [`DEAD_LETTERS_COUNTED`]. A longer list is
    /// read whole where there are no statistics, so it is not to be asked for every few seconds.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn dead_letter_count(&self) -> Result<u64, StorageError>;

    /// Makes the partitions of the coming seven days; a back end without any does nothing.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn make_partitions_ahead(&self, now: DateTime<Utc>) -> Result<(), StorageError>;

    /// Removes idempotency keys whose time is over; says how many.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn expire_idempotency_keys(&self, now: DateTime<Utc>) -> Result<u64, StorageError>;

    /// Takes statistics of one table (or partition) that has none yet or has grown tenfold since, so that plans are
    /// made for what it holds; says which, nothing if none has. Many processes may ask at once: one does it.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn analyze_grown(&self) -> Result<Option<String>, StorageError>;

    /// Lets go of every connection; a single file is checkpointed.
    async fn close(&self);
}
