//! What a use case can do to merges inside a transaction.

mod rest;
mod rows;
mod steps;

use async_trait::async_trait;
use campanile_domain::{MergeCounts, NotificationId, TenantId, UserId, UserMerge};
use campanile_storage::{FanoutAtUser, MergeRows, MergedNotification, StorageError};
use chrono::{DateTime, Utc};

use crate::named::named;
use crate::topics;
use crate::transaction::PostgresTransaction;

pub(crate) use rows::forget_user;

#[async_trait]
impl MergeRows for PostgresTransaction<'_> {
    async fn is_known_user(
        &mut self,
        tenant: &TenantId,
        user: &UserId,
    ) -> Result<bool, StorageError> {
        let known = named("is_known_user", rows::known(self.connection, tenant, user)).await;
        self.keep(known)
    }

    async fn notifications_of(
        &mut self,
        tenant: &TenantId,
        user: &UserId,
    ) -> Result<u64, StorageError> {
        let total = named(
            "notifications_of",
            rows::total(self.connection, tenant, user),
        )
        .await;
        self.keep(total)
    }

    async fn merge_of(
        &mut self,
        tenant: &TenantId,
        from: &UserId,
    ) -> Result<Option<UserMerge>, StorageError> {
        let found = named("merge_of", rows::one(self.connection, tenant, from)).await;
        self.keep(found)
    }

    async fn runs_merge_with(
        &mut self,
        tenant: &TenantId,
        users: [&UserId; 2],
    ) -> Result<bool, StorageError> {
        let runs = named(
            "runs_merge_with",
            rows::runs_with(self.connection, tenant, users),
        )
        .await;
        self.keep(runs)
    }

    async fn put_merge(&mut self, merge: &UserMerge) -> Result<(), StorageError> {
        let put = named("put_merge", rows::put(self.connection, merge)).await;
        self.keep(put)
    }

    async fn advance_merge(&mut self, merge: &UserMerge) -> Result<(), StorageError> {
        let done = named("advance_merge", rows::advance(self.connection, merge)).await;
        self.keep(done)
    }

    async fn lock_merge(&mut self, now: DateTime<Utc>) -> Result<Option<UserMerge>, StorageError> {
        let found = named("lock_merge", rows::next(self.connection, now)).await;
        self.keep(found)
    }

    async fn put_off_merge(
        &mut self,
        tenant: &TenantId,
        from: &UserId,
        due_at: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let done = named(
            "put_off_merge",
            rows::put_off(self.connection, tenant, from, due_at),
        )
        .await;
        self.keep(done)
    }

    async fn lock_notifications_of(
        &mut self,
        tenant: &TenantId,
        user: &UserId,
        after: Option<NotificationId>,
        limit: Option<u32>,
    ) -> Result<Vec<MergedNotification>, StorageError> {
        let found = named(
            "lock_notifications_of",
            steps::lock(self.connection, (tenant, user), after, limit),
        )
        .await;
        self.keep(found)
    }

    async fn give_notifications(
        &mut self,
        merge: &UserMerge,
        notifications: &[NotificationId],
    ) -> Result<(), StorageError> {
        let given = named(
            "give_notifications",
            steps::give(self.connection, merge, notifications),
        )
        .await;
        self.keep(given)
    }

    async fn share_topics(&mut self, merge: &UserMerge) -> Result<u64, StorageError> {
        let shared = named("share_topics", topics::share(self.connection, merge)).await;
        self.keep(shared)
    }

    async fn lock_fanouts_at(
        &mut self,
        tenant: &TenantId,
        user: &UserId,
    ) -> Result<Vec<FanoutAtUser>, StorageError> {
        let found = named(
            "lock_fanouts_at",
            steps::fanouts(self.connection, tenant, user),
        )
        .await;
        self.keep(found)
    }

    async fn give_rest(
        &mut self,
        merge: &UserMerge,
        now: DateTime<Utc>,
    ) -> Result<MergeCounts, StorageError> {
        let given = named("give_rest", rest::give(self.connection, merge, now)).await;
        self.keep(given)
    }

    async fn forget_merges(&mut self, ended_before: DateTime<Utc>) -> Result<u64, StorageError> {
        let gone = named("forget_merges", rows::forget(self.connection, ended_before)).await;
        self.keep(gone)
    }
}
