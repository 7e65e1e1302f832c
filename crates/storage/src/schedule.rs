//! What waits for its time.

use async_trait::async_trait;
use campanile_domain::{Channel, TenantId};
use chrono::{DateTime, TimeDelta, Utc};

use crate::StorageError;

/// Which deferred deliveries are to wait no longer, because what they waited for has changed.
#[derive(Debug, Clone)]
pub struct Expedite<'a> {
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

/// How much one turn of the scheduler takes.
#[derive(Debug, Clone, Copy)]
pub struct ReleaseLimits {
    /// Rows of all tenants in one turn.
    pub rows: u32,
    /// A tenant with this many deliveries dispatched and not done gets only its urgent rows, as in
    /// [`RelayLimits::window_per_tenant`].
    pub window_per_tenant: u32,
    /// Deliveries in one dispatch, at most.
    pub dispatch_size: usize,
}

/// Changes what waits. What is due is released by the crate `pipeline`.
#[async_trait]
pub trait Schedule: Send + Sync {
    /// Brings deferred deliveries forward, and says how many. A retry after an attempt keeps its
    /// time: a provider may have asked for it.
    ///
    /// # Errors
    /// Nothing is changed.
    async fn expedite(&self, what: &Expedite<'_>) -> Result<u64, StorageError>;
}
