//! What waits for its time.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::{Planned, StorageError};

/// Releases what is due.
#[async_trait]
pub trait Schedule: Send + Sync {
    /// Takes up to `limit` due rows, fairly over tenants, in one transaction: a `send` row becomes
    /// an outbox row (lane as stored), a `retry` row joins a dispatch of its tenant, channel and lane
    /// (if its delivery is still open; a deadline that has passed makes it `expired`:
    /// `deadline_passed`, a notification that the user is done with makes it `cancelled`). Rows that another scheduler has are skipped. The dispatches are to be
    /// published; `notifications` counts the `send` rows; `more` says whether the limit was reached.
    ///
    /// # Errors
    /// Nothing is changed.
    async fn release_due(
        &self,
        now: DateTime<Utc>,
        limit: u32,
        dispatch_size: usize,
    ) -> Result<Planned, StorageError>;
}
