//! What a use case can do to recalls inside a transaction.

mod made;
mod step;

use std::collections::HashSet;

use async_trait::async_trait;
use campanile_domain::{FanoutId, NotificationId, TenantId, Withdrawal};
use campanile_storage::{
    Cancelled, MadeByFanout, NotificationRange, RecallInHand, RecallRows, StorageError,
};
use chrono::{DateTime, Utc};

use crate::fanouts::{batch, failure};
use crate::notification_rows::cancel::cancel;
use crate::transaction::SqliteTransaction;

#[async_trait]
impl RecallRows for SqliteTransaction<'_> {
    async fn insert_recall(
        &mut self,
        tenant: &TenantId,
        id: FanoutId,
        marks_read: bool,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        step::insert(self.connection, tenant, id, marks_read, now).await
    }

    async fn lock_recall(
        &mut self,
        after: Option<&TenantId>,
        now: DateTime<Utc>,
    ) -> Result<Option<RecallInHand>, StorageError> {
        step::next(self.connection, after, now).await
    }

    async fn take_batch(
        &mut self,
        recall: &RecallInHand,
    ) -> Result<Option<NotificationRange>, StorageError> {
        batch::take(self.connection, &recall.tenant, recall.id).await
    }

    async fn lock_made(
        &mut self,
        tenant: &TenantId,
        range: NotificationRange,
    ) -> Result<Vec<MadeByFanout>, StorageError> {
        made::those(self.connection, tenant, range).await
    }

    async fn unplanned(
        &mut self,
        tenant: &TenantId,
        range: NotificationRange,
    ) -> Result<HashSet<NotificationId>, StorageError> {
        made::unplanned(self.connection, tenant, range).await
    }

    async fn cancel_deliveries(
        &mut self,
        tenant: &TenantId,
        notifications: &[NotificationId],
        why: Withdrawal,
        now: DateTime<Utc>,
    ) -> Result<Cancelled, StorageError> {
        cancel(self.connection, tenant, notifications, why, now).await
    }

    async fn cancelled_at(
        &mut self,
        tenant: &TenantId,
        range: NotificationRange,
        now: DateTime<Utc>,
    ) -> Result<HashSet<NotificationId>, StorageError> {
        made::closed(self.connection, tenant, range, now).await
    }

    async fn mark_cancelled(
        &mut self,
        tenant: &TenantId,
        notifications: &[NotificationId],
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        made::mark(self.connection, tenant, notifications, now).await
    }

    async fn mark_made_read(
        &mut self,
        tenant: &TenantId,
        notifications: &[NotificationId],
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        made::mark_read(self.connection, tenant, notifications, now).await
    }

    async fn advance_recall(
        &mut self,
        recall: &RecallInHand,
        recalled: u64,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        step::advance(self.connection, &recall.tenant, recall.id, recalled, now).await
    }

    async fn end_recall(
        &mut self,
        recall: &RecallInHand,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        step::end(self.connection, &recall.tenant, recall.id, now).await
    }

    async fn count_failed_recall(
        &mut self,
        tenant: &TenantId,
        id: FanoutId,
        stepped_at: DateTime<Utc>,
    ) -> Result<Option<u32>, StorageError> {
        failure::count(self.connection, &failure::RECALLS, tenant, id, stepped_at).await
    }

    async fn put_off_recall(
        &mut self,
        tenant: &TenantId,
        id: FanoutId,
        due_at: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        failure::put_off(self.connection, &failure::RECALLS, tenant, id, due_at).await
    }
}
