//! Rows of notifications as users and senders change them.

use async_trait::async_trait;
use campanile_domain::{
    InboxMarks, NotificationId, NotificationType, TenantId, UserId, Withdrawal,
};
use chrono::{DateTime, Utc};

use crate::{Cancelled, MarksFound, StorageError};

/// Which notifications are meant: those that a user's inbox shows unread at a moment.
#[derive(Debug, Clone)]
pub struct UnreadOf {
    /// The tenant.
    pub tenant: TenantId,
    /// The user.
    pub user: UserId,
    /// Only of this type; `None`: of any.
    pub notification_type: Option<NotificationType>,
    /// The moment.
    pub now: DateTime<Utc>,
}

/// Which of them one step of a read-all marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unread {
    /// These, as far as they are still unread; at most [`crate::READ_AT_ONCE`].
    These(Vec<NotificationId>),
    /// The oldest [`crate::READ_AT_ONCE`] between two ids, both left out.
    Between(NotificationId, NotificationId),
}

/// Operations on notifications.
#[async_trait]
pub trait NotificationRows: Send {
    /// Locks one of a user's notifications and gives its marks; `None` if the user has none with this id, or its
    /// `send_at` is ahead. Whether something may leave follows from the channels that were asked for alone.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn lock_marks(
        &mut self,
        tenant: &TenantId,
        user: &UserId,
        id: NotificationId,
        now: DateTime<Utc>,
    ) -> Result<Option<MarksFound>, StorageError>;

    /// Writes the marks of a notification that this transaction has locked.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn set_marks(
        &mut self,
        tenant: &TenantId,
        id: NotificationId,
        marks: InboxMarks,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError>;

    /// [`Self::set_marks`] and [`crate::RecallRows::cancel_deliveries`], with a round trip less.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn set_marks_and_cancel(
        &mut self,
        tenant: &TenantId,
        id: NotificationId,
        marks: InboxMarks,
        why: Withdrawal,
        now: DateTime<Utc>,
    ) -> Result<Cancelled, StorageError>;

    /// Marks a notification that this transaction has locked as deleted, and erases its texts.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn delete_texts(
        &mut self,
        tenant: &TenantId,
        id: NotificationId,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError>;

    /// Those with ids from `since` on: the oldest `limit`, oldest first.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn unread_since(
        &mut self,
        unread: &UnreadOf,
        since: NotificationId,
        limit: usize,
    ) -> Result<Vec<NotificationId>, StorageError>;

    /// Locks at most [`crate::READ_AT_ONCE`] of them, oldest first.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn lock_unread(
        &mut self,
        unread: &UnreadOf,
        which: &Unread,
    ) -> Result<Vec<NotificationId>, StorageError>;

    /// Marks notifications that this transaction has locked as read and seen; says whether users of any were given
    /// variants.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn mark_read(
        &mut self,
        unread: &UnreadOf,
        ids: &[NotificationId],
    ) -> Result<bool, StorageError>;

    /// Marks those of a user's notifications as seen that are not; gives how many. Those that the user does not have, or
    /// whose `send_at` is ahead, are left out. Locks them in the order of ids.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn mark_seen(
        &mut self,
        tenant: &TenantId,
        user: &UserId,
        ids: &[NotificationId],
        now: DateTime<Utc>,
    ) -> Result<u64, StorageError>;

    /// Locks a notification of the tenant; says whether it was cancelled before. `None` if there is none with this
    /// id.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn lock_for_cancel(
        &mut self,
        tenant: &TenantId,
        id: NotificationId,
    ) -> Result<Option<bool>, StorageError>;

    /// Whether a notification waits for its plan, in the outbox or in the schedule.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn waits_for_plan(
        &mut self,
        tenant: &TenantId,
        id: NotificationId,
    ) -> Result<bool, StorageError>;

    /// Makes a plan that is scheduled for later due now.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn plan_now(
        &mut self,
        tenant: &TenantId,
        id: NotificationId,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError>;
}
