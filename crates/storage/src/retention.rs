//! How long tenants keep what they sent, and removing what is past its term.

use async_trait::async_trait;
use campanile_domain::{NotificationId, RetentionDays, TenantId, UserId};
use chrono::NaiveDate;

use crate::StorageError;

/// Notifications that one step removes at most, so that no transaction grows long.
pub const REMOVED_AT_ONCE: usize = 500;

/// Rows that are gone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Removed {
    /// Notifications.
    pub notifications: u64,
    /// Their deliveries, with all attempts.
    pub deliveries: u64,
    /// Their places on the list of dead letters.
    pub dead_letters: u64,
}

impl Removed {
    /// Adds what another step removed.
    pub fn add(&mut self, other: Self) {
        self.notifications += other.notifications;
        self.deliveries += other.deliveries;
        self.dead_letters += other.dead_letters;
    }
}

/// What one step did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RemoveStep {
    /// What it removed.
    pub removed: Removed,
    /// Notifications past their term that stay, because work on them is pending.
    pub pending: u64,
    /// Whose inboxes lost something, each once. One whose notification stayed may be among them.
    pub users: Vec<UserId>,
    /// Where the next step goes on; `None`: there is no more.
    pub more_after: Option<NotificationId>,
}

/// What became of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DropDay {
    /// Its partitions are gone, or there were none.
    Dropped,
    /// It stays, because work on some of its notifications is pending.
    Pending,
    /// It stays for now: transactions under way did not let go of the tables in time.
    InUse,
}

/// Reads retention periods and drops whole days. Dropping holds a lock of the whole database for one transaction: a
/// call returns `None` if another process holds it. Rows are removed by the crate `pipeline`.
#[async_trait]
pub trait Retention: Send + Sync {
    /// Every tenant by name, with its own term if it set one.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn retention_terms(&self)
    -> Result<Vec<(TenantId, Option<RetentionDays>)>, StorageError>;

    /// Whether whole days are dropped; otherwise rows are removed for every tenant.
    fn drops_days(&self) -> bool;

    /// The days before this one that have partitions, oldest first; none without partitions.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn days_before(&self, day: NaiveDate) -> Result<Vec<NaiveDate>, StorageError>;

    /// Whether work is pending on notifications of a day: to be planned, in the queue, with a
    /// worker, or due later.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn day_is_pending(&self, day: NaiveDate) -> Result<bool, StorageError>;

    /// Drops a daily partition with everything that belongs to it, in one transaction; never waits long for others.
    /// `default` is the retention period of tenants that have not set one.
    ///
    /// # Errors
    /// [`StorageError::Refused`] for a day that some tenant's term still covers.
    async fn drop_day(
        &self,
        day: NaiveDate,
        default: RetentionDays,
    ) -> Result<Option<DropDay>, StorageError>;

    /// How many of a tenant's notifications have ids before `before`.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn count_before(
        &self,
        tenant: &TenantId,
        before: NotificationId,
    ) -> Result<u64, StorageError>;
}
