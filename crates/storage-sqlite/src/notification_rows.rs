//! What a use case can do to notifications inside a transaction.

pub(crate) mod cancel;
mod marks;
mod seen;
mod to_cancel;
mod unread;

use async_trait::async_trait;
use campanile_domain::{InboxMarks, NotificationId, TenantId, UserId, Withdrawal};
use campanile_storage::{Cancelled, MarksFound, NotificationRows, StorageError, Unread, UnreadOf};
use chrono::{DateTime, Utc};

use crate::transaction::SqliteTransaction;

#[async_trait]
impl NotificationRows for SqliteTransaction<'_> {
    async fn lock_marks(
        &mut self,
        tenant: &TenantId,
        user: &UserId,
        id: NotificationId,
        now: DateTime<Utc>,
    ) -> Result<Option<MarksFound>, StorageError> {
        marks::of(self.connection, tenant, user, id, now).await
    }

    async fn set_marks(
        &mut self,
        tenant: &TenantId,
        id: NotificationId,
        marks: InboxMarks,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        marks::set(self.connection, tenant, id, marks, now).await
    }

    async fn set_marks_and_cancel(
        &mut self,
        tenant: &TenantId,
        id: NotificationId,
        marks: InboxMarks,
        why: Withdrawal,
        now: DateTime<Utc>,
    ) -> Result<Cancelled, StorageError> {
        marks::set(self.connection, tenant, id, marks, now).await?;
        cancel::cancel(self.connection, tenant, &[id], why, now).await
    }

    async fn delete_texts(
        &mut self,
        tenant: &TenantId,
        id: NotificationId,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        marks::delete(self.connection, tenant, id, now).await
    }

    async fn unread_since(
        &mut self,
        unread: &UnreadOf,
        since: NotificationId,
        limit: usize,
    ) -> Result<Vec<NotificationId>, StorageError> {
        unread::since(self.connection, unread, since, limit).await
    }

    async fn lock_unread(
        &mut self,
        unread: &UnreadOf,
        which: &Unread,
    ) -> Result<Vec<NotificationId>, StorageError> {
        unread::of_step(self.connection, unread, which).await
    }

    async fn mark_read(
        &mut self,
        unread: &UnreadOf,
        ids: &[NotificationId],
    ) -> Result<bool, StorageError> {
        unread::mark(self.connection, unread, ids).await
    }

    async fn mark_seen(
        &mut self,
        tenant: &TenantId,
        user: &UserId,
        ids: &[NotificationId],
        now: DateTime<Utc>,
    ) -> Result<u64, StorageError> {
        seen::mark(self.connection, tenant, user, ids, now).await
    }

    async fn lock_for_cancel(
        &mut self,
        tenant: &TenantId,
        id: NotificationId,
    ) -> Result<Option<bool>, StorageError> {
        to_cancel::is_cancelled(self.connection, tenant, id).await
    }

    async fn waits_for_plan(
        &mut self,
        tenant: &TenantId,
        id: NotificationId,
    ) -> Result<bool, StorageError> {
        to_cancel::waits_for_plan(self.connection, tenant, id).await
    }

    async fn plan_now(
        &mut self,
        tenant: &TenantId,
        id: NotificationId,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        to_cancel::plan_now(self.connection, tenant, id, now).await
    }
}
