//! What users and tenants have chosen.

mod choices;
mod lock;
mod put;
mod reschedule;
mod reschedules;

use async_trait::async_trait;
use campanile_domain::{TenantId, TenantPreferences};
use campanile_storage::{PreferenceBook, RescheduleCursor, RescheduleRows, StorageError};
use chrono::{DateTime, Utc};

use crate::PostgresStorage;
use crate::connection::{Kind, Scope, transact};
use crate::named::named;
use crate::transaction::PostgresTransaction;
pub(crate) use choices::{choices, zones};
pub(crate) use lock::{alone as choices_alone, shared as share_choices};
pub(crate) use put::{of_tenant as put_of_tenant, of_user as put_of_user};
pub(crate) use reschedule::of_user as reschedule_user;

#[async_trait]
impl PreferenceBook for PostgresStorage {
    async fn tenant_preferences(
        &self,
        tenant: &TenantId,
    ) -> Result<TenantPreferences, StorageError> {
        let pool = &self.pools.app;
        let found = transact!(pool, Kind::Read, &Scope::one(tenant), |connection| {
            choices::of_tenant(connection, tenant).await
        });
        Ok(found?)
    }

    async fn broken_off_reschedules(
        &self,
        before: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<TenantId>, StorageError> {
        let pool = &self.pools.worker;
        let found = transact!(pool, Kind::Read, &Scope::none(), |connection| {
            reschedules::broken_off(connection, before, limit).await
        });
        Ok(found?)
    }

    async fn put_off_reschedule(
        &self,
        tenant: &TenantId,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let pool = &self.pools.worker;
        let done = transact!(pool, Kind::Write, &Scope::one(tenant), |connection| {
            reschedules::put_off(connection, tenant, now).await
        });
        Ok(done?)
    }
}

#[async_trait]
impl RescheduleRows for PostgresTransaction<'_> {
    async fn begin_reschedule(
        &mut self,
        tenant: &TenantId,
        after: &RescheduleCursor,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let begun = reschedules::begin(self.connection, tenant, after, now).await;
        self.keep(begun)
    }

    async fn lock_reschedule(
        &mut self,
        tenant: &TenantId,
    ) -> Result<Option<RescheduleCursor>, StorageError> {
        let cursor = named(
            "lock_reschedule",
            reschedules::lock(self.connection, tenant),
        )
        .await;
        self.keep(cursor)
    }

    async fn reschedule_deferred(
        &mut self,
        tenant: &TenantId,
        after: &RescheduleCursor,
        now: DateTime<Utc>,
    ) -> Result<Vec<RescheduleCursor>, StorageError> {
        let rescheduled = named(
            "reschedule_deferred",
            reschedule::of_tenant(self.connection, tenant, after, now),
        )
        .await;
        self.keep(rescheduled)
    }

    async fn advance_reschedule(
        &mut self,
        tenant: &TenantId,
        to: &RescheduleCursor,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let advanced = named(
            "advance_reschedule",
            reschedules::advance(self.connection, tenant, to, now),
        )
        .await;
        self.keep(advanced)
    }

    async fn end_reschedule(&mut self, tenant: &TenantId) -> Result<(), StorageError> {
        let ended = named("end_reschedule", reschedules::end(self.connection, tenant)).await;
        self.keep(ended)
    }
}
