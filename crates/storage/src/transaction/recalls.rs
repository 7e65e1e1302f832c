//! Rows of recalls: the notifications of cancelled fan-outs, whose deliveries are cancelled in steps.

use std::collections::HashSet;

use async_trait::async_trait;
use campanile_domain::{FanoutId, NotificationId, TenantId, UserId, Withdrawal};
use chrono::{DateTime, Utc};

use crate::{Cancelled, StorageError};

/// From one notification to another, both among them: a batch of a fan-out.
#[derive(Debug, Clone, Copy)]
pub struct NotificationRange {
    /// The first.
    pub first: NotificationId,
    /// The last.
    pub last: NotificationId,
}

/// A recall that this transaction has locked.
#[derive(Debug, Clone)]
pub struct RecallInHand {
    /// Whose.
    pub tenant: TenantId,
    /// Of which fan-out.
    pub id: FanoutId,
    /// Whether what it takes is marked as read.
    pub marks_read: bool,
    /// When it was last stepped.
    pub updated_at: DateTime<Utc>,
}

/// A notification of a batch, locked.
#[derive(Debug, Clone)]
pub struct MadeByFanout {
    /// Which.
    pub id: NotificationId,
    /// For whom.
    pub user: UserId,
    /// Whether an inbox shows it.
    pub in_inbox: bool,
    /// Whether it was cancelled before.
    pub is_cancelled: bool,
    /// Whether its user has read it.
    pub is_read: bool,
    /// Whether its user was given variants.
    pub has_variants: bool,
}

/// Operations on recalls and the notifications that they take.
#[async_trait]
pub trait RecallRows: Send {
    /// Starts a recall where the fan-out has batches and no recall runs; says whether it did. It may mark what it takes as
    /// read.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn insert_recall(
        &mut self,
        tenant: &TenantId,
        id: FanoutId,
        marks_read: bool,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError>;

    /// Locks the recall whose turn it is, tenants in turn behind `after`. Others' are passed over.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn lock_recall(
        &mut self,
        after: Option<&TenantId>,
        now: DateTime<Utc>,
    ) -> Result<Option<RecallInHand>, StorageError>;

    /// Takes away the newest batch: of it the least has left.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn take_batch(
        &mut self,
        recall: &RecallInHand,
    ) -> Result<Option<NotificationRange>, StorageError>;

    /// Locks the notifications of a batch that still exist, in the order of their ids.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn lock_made(
        &mut self,
        tenant: &TenantId,
        range: NotificationRange,
    ) -> Result<Vec<MadeByFanout>, StorageError>;

    /// Those of the batch that wait for their plan, in the outbox or, where the relay could not read them, in the
    /// schedule.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn unplanned(
        &mut self,
        tenant: &TenantId,
        range: NotificationRange,
    ) -> Result<HashSet<NotificationId>, StorageError>;

    /// Cancels the open deliveries of notifications that this transaction has locked.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn cancel_deliveries(
        &mut self,
        tenant: &TenantId,
        notifications: &[NotificationId],
        why: Withdrawal,
        now: DateTime<Utc>,
    ) -> Result<Cancelled, StorageError>;

    /// Those of the batch with deliveries that [`RecallRows::cancel_deliveries`] cancelled at `now`.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn cancelled_at(
        &mut self,
        tenant: &TenantId,
        range: NotificationRange,
        now: DateTime<Utc>,
    ) -> Result<HashSet<NotificationId>, StorageError>;

    /// Marks notifications that this transaction has locked as cancelled.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn mark_cancelled(
        &mut self,
        tenant: &TenantId,
        notifications: &[NotificationId],
        now: DateTime<Utc>,
    ) -> Result<(), StorageError>;

    /// Marks notifications that this transaction has locked as read by their users.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn mark_made_read(
        &mut self,
        tenant: &TenantId,
        notifications: &[NotificationId],
        now: DateTime<Utc>,
    ) -> Result<(), StorageError>;

    /// So many more notifications were recalled.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn advance_recall(
        &mut self,
        recall: &RecallInHand,
        recalled: u64,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError>;

    /// The recall goes, and the fan-out's row says how many were recalled.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn end_recall(
        &mut self,
        recall: &RecallInHand,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError>;

    /// As [`FanoutRows::count_failed_step`](crate::FanoutRows::count_failed_step), of a recall.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn count_failed_recall(
        &mut self,
        tenant: &TenantId,
        id: FanoutId,
        stepped_at: DateTime<Utc>,
    ) -> Result<Option<u32>, StorageError>;

    /// A recall is not looked at again before `due_at`.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn put_off_recall(
        &mut self,
        tenant: &TenantId,
        id: FanoutId,
        due_at: DateTime<Utc>,
    ) -> Result<(), StorageError>;
}
