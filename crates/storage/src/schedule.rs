//! What waits for its time.

use async_trait::async_trait;
use campanile_domain::{Channel, TenantId};
use chrono::{DateTime, TimeDelta, Utc};

use crate::{Planned, StorageError};

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

/// Releases what is due.
#[async_trait]
pub trait Schedule: Send + Sync {
    /// Takes due rows, fairly over tenants, in one transaction: a `send` row becomes
    /// an outbox row (lane as stored), a `retry` row joins a dispatch of its tenant, channel and lane
    /// if its delivery is still open and [`campanile_domain::Verdict::of`] says that it leaves: a
    /// deadline that has passed makes it `expired`: `deadline_passed`, what its user does not want any
    /// more `suppressed`, and so is what goes to an address that is not theirs any more (their other
    /// addresses take its place, as in [`Dispatches::record`](crate::Dispatches::record)); quiet hours defer it again; a notification that the user is done with makes it
    /// `cancelled`. Rows that another scheduler has are skipped. The dispatches are to be
    /// published; `notifications` counts the `send` rows; `more` says whether a limit was reached that
    /// another turn may pass.
    ///
    /// Of each tenant it takes so many `retry` rows as its window has room for, and leaves the others
    /// due: all that wakes from quiet hours at one moment must not stand before what is accepted
    /// afterwards. `send` rows, which the relay's window holds, and the critical lane do not wait.
    ///
    /// # Errors
    /// Nothing is changed.
    async fn release(
        &self,
        limits: ReleaseLimits,
        now: DateTime<Utc>,
    ) -> Result<Planned, StorageError>;

    /// Brings deferred deliveries forward, and says how many. A retry after an attempt keeps its
    /// time: a provider may have asked for it.
    ///
    /// # Errors
    /// Nothing is changed.
    async fn expedite(&self, what: &Expedite<'_>) -> Result<u64, StorageError>;
}
