//! Rows of the schedule whose time has come.

use async_trait::async_trait;
use campanile_domain::{
    Channel, DeliveryId, DeliveryState, Lane, LostAddress, NotificationId, NotificationType,
    Priority, TenantId, UserId, Withdrawal,
};
use chrono::{DateTime, Utc};

use crate::{ReleaseLimits, StorageError};

/// A row whose time has come; it is gone from the table.
#[derive(Debug, Clone)]
pub struct Due {
    /// Whose.
    pub tenant: TenantId,
    /// How urgent.
    pub lane: Lane,
    /// Which.
    pub notification: NotificationId,
    /// The delivery to try again; without it, the notification is to be sent for the first time.
    pub retry: Option<(Channel, DeliveryId)>,
}

/// What a turn takes.
#[derive(Debug, Default)]
pub struct ClaimedScheduleRows {
    /// The rows, those that wait longest first.
    pub rows: Vec<Due>,
    /// Whether another turn may find more at once.
    pub more: bool,
}

/// A due delivery that is open, locked.
#[derive(Debug)]
pub struct OpenDue {
    /// Its place among those that were asked for.
    pub place: usize,
    /// Why it is not to be delivered any more.
    pub withdrawn: Option<Withdrawal>,
    /// `None` where this version cannot read it: the worker that loads it puts it aside.
    pub facts: Option<DueFacts>,
}

/// What a verdict looks at.
#[derive(Debug)]
pub struct DueFacts {
    /// For whom.
    pub user: UserId,
    /// Of which type.
    pub notification_type: NotificationType,
    /// How urgent.
    pub priority: Priority,
    /// Not after this moment.
    pub expires_at: Option<DateTime<Utc>>,
    /// Whether its address is still its user's.
    pub lost: Option<LostAddress>,
}

/// What became of a due delivery that does not leave.
#[derive(Debug)]
pub struct SettledDue<'d> {
    /// Which.
    pub due: &'d Due,
    /// Its new state.
    pub state: DeliveryState,
    /// Why.
    pub reason: &'static str,
    /// When it is looked at again.
    pub until: Option<DateTime<Utc>>,
}

/// Operations of a release.
#[async_trait]
pub trait DueRows: Send {
    /// Takes due rows, fairly over tenants. Of each tenant it takes so many retries as its window has room for;
    /// sends, and the critical lane, need no room. Rows that another scheduler has are skipped.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn claim_due(
        &mut self,
        limits: &ReleaseLimits,
        now: DateTime<Utc>,
    ) -> Result<ClaimedScheduleRows, StorageError>;

    /// Locks those of the due retries that are still open, in their order.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn open_due(&mut self, retries: &[&Due]) -> Result<Vec<OpenDue>, StorageError>;

    /// Writes what became of deliveries that were due. A deferral is added to the others, or takes the place of the
    /// last if there are [`campanile_domain::Deferral::KEPT`].
    ///
    /// # Errors
    /// [`StorageError`].
    async fn settle_due(
        &mut self,
        settled: &[SettledDue<'_>],
        now: DateTime<Utc>,
    ) -> Result<(), StorageError>;
}
