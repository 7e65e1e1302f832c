//! Rows of users and preferences inside a transaction.

use async_trait::async_trait;
use campanile_domain::{ErasedCounts, Preferences, TenantId, TenantPreferences, User, UserId};
use campanile_storage::{StorageError, UserBefore, UserRows};
use chrono::{DateTime, Utc};

use crate::address_book::{erase, lock_user, people_alone, upsert};
use crate::preferences::{choices_alone, put_of_tenant, put_of_user, reschedule_user};
use crate::transaction::PostgresTransaction;

#[async_trait]
impl UserRows for PostgresTransaction<'_> {
    async fn lock_user(
        &mut self,
        tenant: &TenantId,
        user: &UserId,
    ) -> Result<UserBefore, StorageError> {
        let before = lock_user(self.connection, tenant, user).await;
        self.keep(before)
    }

    async fn put_user(&mut self, user: &User) -> Result<bool, StorageError> {
        let is_new = upsert(self.connection, self.keys, user).await;
        self.keep(is_new)
    }

    async fn lock_choices(&mut self, tenant: &TenantId) -> Result<(), StorageError> {
        let locked = choices_alone(self.connection, tenant).await;
        self.keep(locked)
    }

    async fn put_choices(
        &mut self,
        tenant: &TenantId,
        user: &UserId,
        choices: &Preferences,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        let put = put_of_user(self.connection, tenant, user, choices, now).await;
        self.keep(put)
    }

    async fn put_tenant_choices(
        &mut self,
        tenant: &TenantId,
        set: &TenantPreferences,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let put = put_of_tenant(self.connection, tenant, set, now).await;
        self.keep(put)
    }

    async fn reschedule_user(
        &mut self,
        tenant: &TenantId,
        user: &UserId,
        now: DateTime<Utc>,
    ) -> Result<u64, StorageError> {
        let rescheduled = reschedule_user(self.connection, tenant, user, now).await;
        self.keep(rescheduled)
    }

    async fn exclude_plans(&mut self, tenant: &TenantId) -> Result<(), StorageError> {
        let excluded = people_alone(self.connection, tenant).await;
        self.keep(excluded)
    }

    async fn erase_user(
        &mut self,
        tenant: &TenantId,
        user: &UserId,
    ) -> Result<ErasedCounts, StorageError> {
        let erased = erase(self.connection, self.keys, tenant, user).await;
        self.keep(erased)
    }

    /// How long the server keeps its log is its operator's business.
    async fn leave_no_trace(&mut self) -> Result<(), StorageError> {
        Ok(())
    }
}
