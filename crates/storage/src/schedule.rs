//! What waits for its time.

use async_trait::async_trait;
use campanile_domain::{Channel, TenantId};
use chrono::{DateTime, TimeDelta, Utc};

use crate::{Planned, StorageError};

/// Which deferred deliveries are to wait no longer, because what they waited for has changed.
#[derive(Debug, Clone)]
pub struct Hurry<'a> {
    /// Whose.
    pub tenant: &'a TenantId,
    /// Of which channel.
    pub channel: Channel,
    /// Deferred for one of these reasons.
    pub reasons: &'a [&'a str],
    /// They come from now on,
    pub now: DateTime<Utc>,
    /// spread at random over so much; what is due within it already stays as it is.
    pub within: TimeDelta,
    /// So many of those that wait are looked at, the soonest first; the rest keeps its time.
    pub limit: u32,
}

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

    /// Brings deferred deliveries forward, and says how many. A retry after an attempt keeps its
    /// time: a provider may have asked for it.
    ///
    /// # Errors
    /// Nothing is changed.
    async fn hurry(&self, what: &Hurry<'_>) -> Result<u64, StorageError>;
}
