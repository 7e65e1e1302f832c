//! What users and tenants have chosen.

mod choices;
mod reschedule;
mod reschedules;

use async_trait::async_trait;
use campanile_domain::{Preferences, TenantId, TenantPreferences, UserId};
use campanile_storage::{PreferenceBook, RescheduleCursor, RescheduleRows, StorageError};
use chrono::{DateTime, Utc};

use crate::SqliteStorage;
use crate::error::storage_error;
use crate::rows::micros;
use crate::transaction::SqliteTransaction;
pub(crate) use choices::{by_tenant, choices, zones};
pub(crate) use reschedule::of_user as reschedule_user;

#[async_trait]
impl PreferenceBook for SqliteStorage {
    async fn put_preferences(
        &self,
        tenant: &TenantId,
        user: &UserId,
        choices: &Preferences,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let (tenant, user, kept) = (tenant.clone(), user.clone(), choices.to_stored());
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    let done = sqlx::query(
                        "INSERT INTO preferences (tenant, user_id, preferences, updated_at) \
                         VALUES (?1, ?2, ?3, ?4) ON CONFLICT (tenant, user_id) DO UPDATE SET \
                         preferences = excluded.preferences, updated_at = excluded.updated_at \
                         WHERE preferences.preferences <> excluded.preferences",
                    )
                    .bind(tenant.as_str())
                    .bind(user.as_str())
                    .bind(kept.to_string())
                    .bind(micros(now))
                    .execute(&mut *connection)
                    .await
                    .map_err(storage_error)?;
                    // Said again, they move nothing: whoever repeats a call costs a look.
                    if done.rows_affected() > 0 {
                        reschedule::of_user(connection, &tenant, &user, now).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    async fn put_tenant_preferences(
        &self,
        tenant: &TenantId,
        set: &TenantPreferences,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let (tenant, kept) = (tenant.clone(), set.to_stored());
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    sqlx::query(
                        "INSERT INTO tenant_preferences (tenant, preferences, updated_at) \
                         VALUES (?1, ?2, ?3) ON CONFLICT (tenant) DO UPDATE SET \
                         preferences = excluded.preferences, updated_at = excluded.updated_at",
                    )
                    .bind(tenant.as_str())
                    .bind(kept.to_string())
                    .bind(micros(now))
                    .execute(&mut *connection)
                    .await
                    .map_err(storage_error)?;
                    reschedules::begin(connection, &tenant, now).await
                })
            })
            .await
    }

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
