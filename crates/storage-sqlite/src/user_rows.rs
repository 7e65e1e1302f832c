//! Rows of users and preferences inside a transaction.

use async_trait::async_trait;
use campanile_domain::{ErasedCounts, Preferences, TenantId, TenantPreferences, User, UserId};
use campanile_storage::{StorageError, UserBefore, UserRows};
use chrono::{DateTime, Utc};

use crate::address_book::{erase, put_user, user_before};
use crate::preferences::{put_of_tenant, put_of_user, reschedule_user};
use crate::scrub;
use crate::transaction::SqliteTransaction;
use crate::writer::Effect;

#[async_trait]
impl UserRows for SqliteTransaction<'_> {
    async fn lock_user(
        &mut self,
        tenant: &TenantId,
        user: &UserId,
    ) -> Result<UserBefore, StorageError> {
        user_before(self.connection, tenant, user).await
    }

    async fn put_user(&mut self, user: &User) -> Result<bool, StorageError> {
        put_user(self.connection, &self.keys, user).await
    }

    /// The one writer is alone.
    async fn lock_choices(&mut self, _tenant: &TenantId) -> Result<(), StorageError> {
        Ok(())
    }

    async fn put_choices(
        &mut self,
        tenant: &TenantId,
        user: &UserId,
        choices: &Preferences,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        put_of_user(self.connection, tenant, user, choices, now).await
    }

    async fn put_tenant_choices(
        &mut self,
        tenant: &TenantId,
        set: &TenantPreferences,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        put_of_tenant(self.connection, tenant, set, now).await
    }

    async fn reschedule_user(
        &mut self,
        tenant: &TenantId,
        user: &UserId,
        now: DateTime<Utc>,
    ) -> Result<u64, StorageError> {
        reschedule_user(self.connection, tenant, user, now).await
    }

    /// The one writer is alone.
    async fn exclude_plans(&mut self, _tenant: &TenantId) -> Result<(), StorageError> {
        Ok(())
    }

    async fn erase_user(
        &mut self,
        tenant: &TenantId,
        user: &UserId,
    ) -> Result<ErasedCounts, StorageError> {
        erase(self.connection, &self.keys, tenant, user).await
    }

    async fn leave_no_trace(&mut self) -> Result<(), StorageError> {
        scrub::mark_due(self.connection).await?;
        self.effect = Effect::Erasure;
        Ok(())
    }
}
