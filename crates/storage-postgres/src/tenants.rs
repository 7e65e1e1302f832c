//! Tenants: looked up and changed by name under the app's role, listed and removed under the worker's.

mod change;
mod removal;
mod row;
mod usage;

use std::collections::BTreeSet;

use async_trait::async_trait;
use campanile_domain::{NotificationId, Tenant, TenantId};
use campanile_storage::{CountStep, StorageError, TenantChange, TenantUsage, Tenants};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

pub(crate) use self::change::{add, change_row, is_being_imported};
pub(crate) use self::removal::begin_removal;
pub(crate) use self::row::{days, ladder};
use self::row::{read, tenant_columns};
use crate::PostgresStorage;
use crate::connection::{Kind, Scope, alone, scope, transact};
use crate::error::Fault;

#[async_trait]
impl Tenants for PostgresStorage {
    async fn add_tenant(&self, tenant: &Tenant) -> Result<bool, StorageError> {
        let pool = &self.pools.app;
        let added = transact!(pool, Kind::Write, &Scope::one(&tenant.id), |connection| {
            add(connection, tenant).await
        });
        Ok(added?)
    }

    async fn change_tenant(
        &self,
        id: &TenantId,
        change: &TenantChange,
    ) -> Result<Option<Tenant>, StorageError> {
        let pool = &self.pools.app;
        let changed = transact!(pool, Kind::Write, &Scope::one(id), |connection| {
            change_row(connection, id, change).await
        });
        Ok(changed?)
    }

    async fn tenant(&self, id: &TenantId) -> Result<Option<Tenant>, StorageError> {
        let pool = self.pools.of(self.role);
        let found = transact!(pool, Kind::Read, &Scope::one(id), |connection| {
            one(connection, id).await
        });
        Ok(found?)
    }

    async fn tenants_of(&self, ids: &BTreeSet<&TenantId>) -> Result<Vec<Tenant>, StorageError> {
        let pool = self.pools.of(self.role);
        let found = alone!(pool, Kind::Read, |connection| {
            let names: Vec<_> = ids.iter().map(|id| id.as_str()).collect();
            // By key, one by one: see `dispatch/record.rs`.
            let rows = sqlx::query(concat!(
                scope!(),
                " SELECT t.* FROM scope CROSS JOIN UNNEST($2::text[]) AS w (tenant)
                  CROSS JOIN LATERAL (SELECT ",
                tenant_columns!(),
                " FROM tenants t
                      WHERE scope.tenants IS NOT NULL AND t.tenant = w.tenant OFFSET 0) t"
            ))
            .bind(Scope::of(ids.iter().copied()).as_str())
            .bind(names)
            .fetch_all(connection)
            .await?;
            rows.iter().map(read).collect::<Result<Vec<_>, Fault>>()
        });
        Ok(found?)
    }

    async fn tenants(&self) -> Result<Vec<Tenant>, StorageError> {
        let pool = &self.pools.worker;
        let all = transact!(pool, Kind::Read, &Scope::none(), |connection| {
            let rows = sqlx::query(concat!(
                "SELECT ",
                tenant_columns!(),
                " FROM tenants ORDER BY tenant COLLATE \"C\""
            ))
            .fetch_all(connection)
            .await?;
            rows.iter().map(read).collect()
        });
        Ok(all?)
    }

    async fn tenant_page(
        &self,
        after: Option<&TenantId>,
        limit: u32,
    ) -> Result<Vec<Tenant>, StorageError> {
        let pool = &self.pools.worker;
        let page = transact!(pool, Kind::Read, &Scope::none(), |connection| {
            let rows = sqlx::query(concat!(
                "SELECT ",
                tenant_columns!(),
                " FROM tenants WHERE tenant > $1 ORDER BY tenant LIMIT $2"
            ))
            .bind(after.map_or("", TenantId::as_str))
            .bind(i64::from(limit))
            .fetch_all(connection)
            .await?;
            rows.iter().map(read).collect()
        });
        Ok(page?)
    }

    async fn tenant_usage(
        &self,
        id: &TenantId,
        now: DateTime<Utc>,
    ) -> Result<TenantUsage, StorageError> {
        let pool = &self.pools.app;
        let usage = transact!(pool, Kind::Read, &Scope::one(id), |connection| {
            usage::all(connection, id, now).await
        });
        Ok(usage?)
    }

    async fn queued_of(&self, id: &TenantId, most: u32) -> Result<u64, StorageError> {
        let pool = &self.pools.app;
        let queued = transact!(pool, Kind::Read, &Scope::one(id), |connection| {
            usage::queued(connection, id, most).await
        });
        Ok(queued?)
    }

    async fn count_notifications(
        &self,
        id: &TenantId,
        after: Option<NotificationId>,
        limit: u32,
    ) -> Result<CountStep, StorageError> {
        let pool = &self.pools.app;
        let step = transact!(pool, Kind::Read, &Scope::one(id), |connection| {
            usage::stored(connection, id, after, limit).await
        });
        Ok(step?)
    }

    async fn begin_tenant_removal(
        &self,
        id: &TenantId,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        let pool = &self.pools.app;
        let begun = transact!(pool, Kind::Write, &Scope::one(id), |connection| {
            begin_removal(connection, id, now).await
        });
        Ok(begun?)
    }

    async fn tenants_in_removal(
        &self,
        since_before: DateTime<Utc>,
    ) -> Result<Vec<Tenant>, StorageError> {
        let pool = &self.pools.worker;
        let found = transact!(pool, Kind::Read, &Scope::none(), |connection| {
            let rows = sqlx::query(concat!(
                "SELECT ",
                tenant_columns!(),
                " FROM tenants WHERE removing_since < $1 ORDER BY removing_since LIMIT 100"
            ))
            .bind(since_before)
            .fetch_all(connection)
            .await?;
            rows.iter().map(read).collect()
        });
        Ok(found?)
    }

    async fn remove_tenant_rows(&self, id: &TenantId, limit: u32) -> Result<u64, StorageError> {
        let pool = &self.pools.worker;
        let removed = transact!(pool, Kind::Write, &Scope::one(id), |connection| {
            removal::step(connection, id, limit).await
        });
        Ok(removed?)
    }

    async fn end_tenant_removal(&self, id: &TenantId) -> Result<bool, StorageError> {
        let pool = &self.pools.worker;
        let ended = transact!(pool, Kind::Write, &Scope::one(id), |connection| {
            removal::end(connection, id).await
        });
        Ok(ended?)
    }
}

/// A tenant, if there is one of the name.
pub(crate) async fn one(
    connection: &mut PgConnection,
    id: &TenantId,
) -> Result<Option<Tenant>, Fault> {
    let row = sqlx::query(concat!(
        "SELECT ",
        tenant_columns!(),
        " FROM tenants WHERE tenant = $1"
    ))
    .bind(id.as_str())
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(read).transpose()
}
