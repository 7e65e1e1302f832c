//! What a use case can do to merges inside a transaction.

mod rest;
mod rows;
mod steps;

use async_trait::async_trait;
use campanile_domain::{MergeCounts, NotificationId, TenantId, UserId, UserMerge};
use campanile_storage::{FanoutAtUser, MergeRows, MergedNotification, StorageError};
use chrono::{DateTime, Utc};

use crate::topics;
use crate::transaction::SqliteTransaction;

#[async_trait]
impl MergeRows for SqliteTransaction<'_> {
    async fn is_known_user(
        &mut self,
        tenant: &TenantId,
        user: &UserId,
    ) -> Result<bool, StorageError> {
        rows::known(self.connection, tenant, user).await
    }

    async fn notifications_of(
        &mut self,
        tenant: &TenantId,
        user: &UserId,
    ) -> Result<u64, StorageError> {
        rows::total(self.connection, tenant, user).await
    }

    async fn merge_of(
        &mut self,
        tenant: &TenantId,
        from: &UserId,
    ) -> Result<Option<UserMerge>, StorageError> {
        rows::one(self.connection, tenant, from).await
    }

    async fn runs_merge_with(
        &mut self,
        tenant: &TenantId,
        users: [&UserId; 2],
    ) -> Result<bool, StorageError> {
        rows::runs_with(self.connection, tenant, users).await
    }

    async fn put_merge(&mut self, merge: &UserMerge) -> Result<(), StorageError> {
        rows::put(self.connection, merge).await
    }

    async fn advance_merge(&mut self, merge: &UserMerge) -> Result<(), StorageError> {
        rows::advance(self.connection, merge).await
    }

    async fn lock_merge(&mut self, now: DateTime<Utc>) -> Result<Option<UserMerge>, StorageError> {
        rows::next(self.connection, now).await
    }

    async fn put_off_merge(
        &mut self,
        tenant: &TenantId,
        from: &UserId,
        due_at: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        rows::put_off(self.connection, tenant, from, due_at).await
    }

    async fn lock_notifications_of(
        &mut self,
        tenant: &TenantId,
        user: &UserId,
        after: Option<NotificationId>,
        limit: Option<u32>,
    ) -> Result<Vec<MergedNotification>, StorageError> {
        steps::lock(self.connection, (tenant, user), after, limit).await
    }

    async fn give_notifications(
        &mut self,
        merge: &UserMerge,
        notifications: &[NotificationId],
    ) -> Result<(), StorageError> {
        steps::give(self.connection, merge, notifications).await
    }

    async fn share_topics(&mut self, merge: &UserMerge) -> Result<u64, StorageError> {
        topics::share(self.connection, merge).await
    }

    async fn lock_fanouts_at(
        &mut self,
        tenant: &TenantId,
        user: &UserId,
    ) -> Result<Vec<FanoutAtUser>, StorageError> {
        steps::fanouts(self.connection, tenant, user).await
    }

    async fn give_rest(
        &mut self,
        merge: &UserMerge,
        now: DateTime<Utc>,
    ) -> Result<MergeCounts, StorageError> {
        rest::give(self.connection, merge, now).await
    }

    async fn forget_merges(&mut self, ended_before: DateTime<Utc>) -> Result<u64, StorageError> {
        rows::forget(self.connection, ended_before).await
    }
}
