//! What users and tenants have chosen.

mod choices;
mod put;
mod reschedule;
mod reschedules;

use async_trait::async_trait;
use campanile_domain::{TenantId, TenantPreferences};
use campanile_storage::{PreferenceBook, RescheduleCursor, RescheduleRows, StorageError};
use chrono::{DateTime, Utc};

use crate::SqliteStorage;
use crate::error::storage_error;
use crate::transaction::SqliteTransaction;
pub(crate) use choices::{by_tenant, choices, zones};
pub(crate) use put::{of_tenant as put_of_tenant, of_user as put_of_user};
pub(crate) use reschedule::of_user as reschedule_user;

#[async_trait]
impl PreferenceBook for SqliteStorage {
    async fn tenant_preferences(
        &self,
        tenant: &TenantId,
    ) -> Result<TenantPreferences, StorageError> {
        let mut connection = self.readers.acquire().await.map_err(storage_error)?;
        choices::of_tenant(&mut connection, tenant)
            .await
            .map(Option::unwrap_or_default)
    }

    async fn broken_off_reschedules(
        &self,
        before: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<TenantId>, StorageError> {
        let mut connection = self.readers.acquire().await.map_err(storage_error)?;
        reschedules::broken_off(&mut connection, before, limit).await
    }

    async fn put_off_reschedule(
        &self,
        tenant: &TenantId,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let tenant = tenant.clone();
        self.writer
            .write(move |connection| {
                Box::pin(async move { reschedules::put_off(connection, &tenant, now).await })
            })
            .await
    }
}

#[async_trait]
impl RescheduleRows for SqliteTransaction<'_> {
    async fn begin_reschedule(
        &mut self,
        tenant: &TenantId,
        after: &RescheduleCursor,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        reschedules::advance(self.connection, tenant, after, now).await
    }

    async fn lock_reschedule(
        &mut self,
        tenant: &TenantId,
    ) -> Result<Option<RescheduleCursor>, StorageError> {
        reschedules::of(self.connection, tenant).await
    }

    async fn reschedule_deferred(
        &mut self,
        tenant: &TenantId,
        after: &RescheduleCursor,
        now: DateTime<Utc>,
    ) -> Result<Vec<RescheduleCursor>, StorageError> {
        reschedule::of_tenant(self.connection, tenant, after, now).await
    }

    async fn advance_reschedule(
        &mut self,
        tenant: &TenantId,
        to: &RescheduleCursor,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        reschedules::advance(self.connection, tenant, to, now).await
    }

    async fn end_reschedule(&mut self, tenant: &TenantId) -> Result<(), StorageError> {
        reschedules::end(self.connection, tenant).await
    }
}
