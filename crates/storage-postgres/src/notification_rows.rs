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

use crate::named::named;
use crate::transaction::PostgresTransaction;

#[async_trait]
impl NotificationRows for PostgresTransaction<'_> {
    async fn lock_marks(
        &mut self,
        tenant: &TenantId,
        user: &UserId,
        id: NotificationId,
        now: DateTime<Utc>,
    ) -> Result<Option<MarksFound>, StorageError> {
        let found = named(
            "lock_marks",
            marks::lock(self.connection, tenant, user, id, now),
        )
        .await;
        self.keep(found)
    }

    async fn set_marks(
        &mut self,
        tenant: &TenantId,
        id: NotificationId,
        marks: InboxMarks,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let set = named(
            "set_marks",
            marks::set(self.connection, tenant, id, marks, now),
        )
        .await;
        self.keep(set)
    }

    async fn set_marks_and_cancel(
        &mut self,
        tenant: &TenantId,
        id: NotificationId,
        marks: InboxMarks,
        why: Withdrawal,
        now: DateTime<Utc>,
    ) -> Result<Cancelled, StorageError> {
        let open = named(
            "set_marks_and_cancel",
            marks::set_and_find_open(self.connection, tenant, id, marks, now),
        )
        .await;
        let open = self.keep(open)?;
        let cancelled = named(
            "set_marks_and_cancel",
            cancel::close(self.connection, tenant, &open, why, now),
        )
        .await;
        self.keep(cancelled)
    }

    async fn delete_texts(
        &mut self,
        tenant: &TenantId,
        id: NotificationId,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let deleted = named(
            "delete_texts",
            marks::delete(self.connection, tenant, id, now),
        )
        .await;
        self.keep(deleted)
    }

    async fn unread_since(
        &mut self,
        unread: &UnreadOf,
        since: NotificationId,
        limit: usize,
    ) -> Result<Vec<NotificationId>, StorageError> {
        let found = named(
            "unread_since",
            unread::since(self.connection, unread, since, limit),
        )
        .await;
        self.keep(found)
    }

    async fn lock_unread(
        &mut self,
        unread: &UnreadOf,
        which: &Unread,
    ) -> Result<Vec<NotificationId>, StorageError> {
        let locked = named("lock_unread", unread::lock(self.connection, unread, which)).await;
        self.keep(locked)
    }

    async fn mark_read(
        &mut self,
        unread: &UnreadOf,
        ids: &[NotificationId],
    ) -> Result<bool, StorageError> {
        let marked = named("mark_read", unread::mark(self.connection, unread, ids)).await;
        self.keep(marked)
    }

    async fn mark_seen(
        &mut self,
        tenant: &TenantId,
        user: &UserId,
        ids: &[NotificationId],
        now: DateTime<Utc>,
    ) -> Result<u64, StorageError> {
        let marked = seen::mark(self.connection, tenant, user, ids, now);
        let marked = named("mark_seen", marked).await;
        self.keep(marked)
    }

    async fn lock_for_cancel(
        &mut self,
        tenant: &TenantId,
        id: NotificationId,
    ) -> Result<Option<bool>, StorageError> {
        let locked = named(
            "lock_for_cancel",
            to_cancel::lock(self.connection, tenant, id),
        )
        .await;
        self.keep(locked)
    }

    async fn waits_for_plan(
        &mut self,
        tenant: &TenantId,
        id: NotificationId,
    ) -> Result<bool, StorageError> {
        let waits = named(
            "waits_for_plan",
            to_cancel::waits_for_plan(self.connection, tenant, id),
        )
        .await;
        self.keep(waits)
    }

    async fn plan_now(
        &mut self,
        tenant: &TenantId,
        id: NotificationId,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let due = named(
            "plan_now",
            to_cancel::plan_now(self.connection, tenant, id, now),
        )
        .await;
        self.keep(due)
    }
}
