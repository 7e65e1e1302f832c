//! Rows that a turn of the relay takes, and those that its plans leave.

use std::collections::{BTreeSet, HashMap, HashSet};

use async_trait::async_trait;
use campanile_domain::{
    DeliveryId, Lane, Mark, MarkPlace, Marks, Notification, NotificationId, OutboxId,
    PlannedDelivery, TenantId, TraceParent, Withdrawal,
};
use chrono::{DateTime, Utc};

use crate::{RelayLimits, StorageError};

/// An outbox row that this transaction has locked.
#[derive(Debug, Clone)]
pub struct OutboxInHand {
    /// Whose.
    pub tenant: TenantId,
    /// How urgent.
    pub lane: Lane,
    /// Which.
    pub id: OutboxId,
    /// What it names.
    pub notifications: Vec<NotificationId>,
}

/// What a turn takes.
#[derive(Debug, Default)]
pub struct ClaimedOutboxRows {
    /// The rows.
    pub rows: Vec<OutboxInHand>,
    /// Whether another turn may find more at once.
    pub more: bool,
    /// Whether a tenant with a full window was left out, or all but its critical lane.
    pub held: bool,
}

impl ClaimedOutboxRows {
    /// When the oldest row was made.
    pub fn oldest(&self) -> Option<DateTime<Utc>> {
        let made = self.rows.iter().map(|row| row.id.made_at());
        made.flatten().min()
    }
}

/// A notification that is to be planned.
#[derive(Debug)]
pub struct ToPlan {
    /// The notification without its texts, which a plan does not look at.
    pub notification: Notification,
    /// The lane that it was accepted for.
    pub lane: Lane,
    /// Why it is not to be delivered any more.
    pub withdrawn: Option<Withdrawal>,
    /// When its sender cancelled it.
    pub cancelled_at: Option<DateTime<Utc>>,
    /// The span that it was accepted in, if its trace is recorded.
    pub trace: Option<TraceParent>,
}

/// A notification that this version cannot read.
#[derive(Debug)]
pub struct Unreadable {
    /// Whose.
    pub tenant: TenantId,
    /// Which.
    pub notification: NotificationId,
    /// How urgent.
    pub lane: Lane,
    /// What is wrong with it.
    pub error: StorageError,
}

/// What a turn's rows name. Notifications that were erased since are not there.
#[derive(Debug, Default)]
pub struct TakenOutbox {
    /// To be planned.
    pub notifications: Vec<ToPlan>,
    /// Not readable.
    pub unreadable: Vec<Unreadable>,
}

/// A line of a plan and its notification.
#[derive(Debug)]
pub struct PlannedLine<'p> {
    /// The notification.
    pub of: &'p ToPlan,
    /// What becomes of it on one channel and address.
    pub line: PlannedDelivery,
}

/// What a notification says.
#[derive(Debug, Default)]
pub struct Texts {
    /// The title.
    pub title: Option<String>,
    /// The body.
    pub body: Option<String>,
    /// The content, JSON.
    pub content: String,
}

/// Operations of a plan.
#[async_trait]
pub trait PlanRows: Send {
    /// Locks outbox rows fairly over tenants: each tenant's first before any tenant's second, the most urgent lane
    /// first; rows that another relay has are skipped, and of tenants whose window is full only the critical lane
    /// is taken. Tenants of which a person is being erased wait. Narrows the transaction to the tenants of the rows.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn claim_outbox(
        &mut self,
        limits: &RelayLimits,
    ) -> Result<ClaimedOutboxRows, StorageError>;

    /// Removes the rows and reads what they name, each notification once.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn take_outbox(&mut self, rows: &[OutboxInHand]) -> Result<TakenOutbox, StorageError>;

    /// Plans of these are tried again at `until`.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn put_aside(
        &mut self,
        unreadable: &[Unreadable],
        until: DateTime<Utc>,
    ) -> Result<(), StorageError>;

    /// Stores the lines of plans; says which are new. A line that is stored already stays as it is.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn insert_planned(
        &mut self,
        lines: &[PlannedLine<'_>],
        now: DateTime<Utc>,
    ) -> Result<HashSet<DeliveryId>, StorageError>;

    /// What notifications say. One whose texts cannot be read, because their key is lost, is left out.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn texts(
        &mut self,
        of: &[(&TenantId, NotificationId)],
    ) -> Result<HashMap<NotificationId, Texts>, StorageError>;

    /// The marks at these places, as they are at this moment.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn marks(
        &mut self,
        places: &BTreeSet<&MarkPlace>,
    ) -> Result<HashMap<MarkPlace, Mark>, StorageError>;

    /// Locks these places until the transaction ends, whether they are marked or not, and gives the marks.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn hold_marks(
        &mut self,
        places: &BTreeSet<&MarkPlace>,
        now: DateTime<Utc>,
    ) -> Result<HashMap<MarkPlace, Mark>, StorageError>;

    /// Stores the marks that plans have left at places which [`PlanRows::hold_marks`] has locked.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn leave_marks(&mut self, marks: &Marks) -> Result<(), StorageError>;
}
