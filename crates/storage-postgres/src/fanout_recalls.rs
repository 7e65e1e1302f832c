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
use crate::named::named;
use crate::notification_rows::cancel::cancel;
use crate::transaction::PostgresTransaction;

#[async_trait]
impl RecallRows for PostgresTransaction<'_> {
    async fn insert_recall(
        &mut self,
        tenant: &TenantId,
        id: FanoutId,
        marks_read: bool,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        let done = named(
            "insert_recall",
            step::insert(self.connection, tenant, id, marks_read, now),
        )
        .await;
        self.keep(done)
    }

    async fn lock_recall(
        &mut self,
        after: Option<&TenantId>,
        now: DateTime<Utc>,
    ) -> Result<Option<RecallInHand>, StorageError> {
        let done = named("lock_recall", step::next(self.connection, after, now)).await;
        self.keep(done)
    }

    async fn take_batch(
        &mut self,
        recall: &RecallInHand,
    ) -> Result<Option<NotificationRange>, StorageError> {
        let done = named(
            "take_batch",
            batch::take(self.connection, &recall.tenant, recall.id),
        )
        .await;
        self.keep(done)
    }

    async fn lock_made(
        &mut self,
        tenant: &TenantId,
        range: NotificationRange,
    ) -> Result<Vec<MadeByFanout>, StorageError> {
        let done = named("lock_made", made::lock(self.connection, tenant, range)).await;
        self.keep(done)
    }

    async fn unplanned(
        &mut self,
        tenant: &TenantId,
        range: NotificationRange,
    ) -> Result<HashSet<NotificationId>, StorageError> {
        let done = named("unplanned", made::unplanned(self.connection, tenant, range)).await;
        self.keep(done)
    }

    async fn cancel_deliveries(
        &mut self,
        tenant: &TenantId,
        notifications: &[NotificationId],
        why: Withdrawal,
        now: DateTime<Utc>,
    ) -> Result<Cancelled, StorageError> {
        let done = named(
            "cancel_deliveries",
            cancel(self.connection, tenant, notifications, why, now),
        )
        .await;
        self.keep(done)
    }

    async fn cancelled_at(
        &mut self,
        tenant: &TenantId,
        range: NotificationRange,
        now: DateTime<Utc>,
    ) -> Result<HashSet<NotificationId>, StorageError> {
        let done = named(
            "cancelled_at",
            made::closed(self.connection, tenant, range, now),
        )
        .await;
        self.keep(done)
    }

    async fn mark_cancelled(
        &mut self,
        tenant: &TenantId,
        notifications: &[NotificationId],
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let done = named(
            "mark_cancelled",
            made::mark(self.connection, tenant, notifications, now),
        )
        .await;
        self.keep(done)
    }

    async fn mark_made_read(
        &mut self,
        tenant: &TenantId,
        notifications: &[NotificationId],
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let done = named(
            "mark_made_read",
            made::mark_read(self.connection, tenant, notifications, now),
        )
        .await;
        self.keep(done)
    }

    async fn advance_recall(
        &mut self,
        recall: &RecallInHand,
        recalled: u64,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let done = named(
            "advance_recall",
            step::advance(self.connection, recall, recalled, now),
        )
        .await;
        self.keep(done)
    }

    async fn end_recall(
        &mut self,
        recall: &RecallInHand,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let done = named("end_recall", step::end(self.connection, recall, now)).await;
        self.keep(done)
    }

    async fn count_failed_recall(
        &mut self,
        tenant: &TenantId,
        id: FanoutId,
        stepped_at: DateTime<Utc>,
    ) -> Result<Option<u32>, StorageError> {
        let done = named(
            "count_failed_recall",
            failure::count(self.connection, &failure::RECALLS, tenant, id, stepped_at),
        )
        .await;
        self.keep(done)
    }

    async fn put_off_recall(
        &mut self,
        tenant: &TenantId,
        id: FanoutId,
        due_at: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let done = named(
            "put_off_recall",
            failure::put_off(self.connection, &failure::RECALLS, tenant, id, due_at),
        )
        .await;
        self.keep(done)
    }
}
