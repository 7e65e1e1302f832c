//! What workers say of accounts that they cannot use just now.

use async_trait::async_trait;
use campanile_domain::{Channel, TenantId, WorkerId};
use chrono::{DateTime, Utc};

use crate::StorageError;

/// Maximum number per worker or per query.
pub const MOST_TROUBLES: usize = 1_000;

/// An account that a worker cannot use just now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountTrouble {
    /// Whose.
    pub tenant: TenantId,
    /// The channel that it serves.
    pub channel: Channel,
    /// Its name among the tenant's.
    pub name: String,
    /// Whether it needs an operator.
    pub misconfigured: bool,
    /// Whether its breaker is open, or half open: one that cannot be used at all has not come so far.
    pub breaker_open: bool,
    /// Whether one call at a time finds out if it works again.
    pub probing: bool,
    /// Why, in one sentence without secrets and addresses.
    pub detail: String,
    /// Since when.
    pub since: DateTime<Utc>,
}

/// Keeps what workers say. A worker's words count while it lives.
#[async_trait]
pub trait AccountTroubles: Send + Sync {
    /// Puts all that a worker says in the place of what it said before. They are forgotten with its
    /// row ([`crate::Workers::leave`], [`crate::Workers::forget_silent`]).
    ///
    /// # Errors
    /// Nothing is changed.
    async fn tell_troubles(
        &self,
        worker: WorkerId,
        troubles: &[AccountTrouble],
    ) -> Result<(), StorageError>;

    /// What workers with a heartbeat since `alive_since` say, of one tenant or of all: a line for
    /// each worker and account, by tenant, channel and name, [`MOST_TROUBLES`] at most.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn troubles(
        &self,
        tenant: Option<&TenantId>,
        alive_since: DateTime<Utc>,
    ) -> Result<Vec<AccountTrouble>, StorageError>;
}
