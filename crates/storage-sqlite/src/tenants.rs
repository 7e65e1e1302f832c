//! Tenants.

mod change;
mod removal;
mod row;
mod usage;

use std::collections::BTreeSet;

use async_trait::async_trait;
use campanile_domain::{NotificationId, Tenant, TenantId};
use campanile_storage::{CountStep, StorageError, TenantChange, TenantUsage, Tenants};
use chrono::{DateTime, Utc};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

pub(crate) use self::change::{add, change_row, is_being_imported};
pub(crate) use self::removal::begin_removal;
pub(crate) use self::row::days;
use self::row::{read, tenant_columns};
use crate::SqliteStorage;
use crate::error::storage_error;
use crate::rows::micros;

/// Tenants in one query; SQLite binds 32,766 values at most.
const AT_ONCE: usize = 1_000;

#[async_trait]
impl Tenants for SqliteStorage {
    async fn add_tenant(&self, tenant: &Tenant) -> Result<bool, StorageError> {
        let one = tenant.clone();
        self.writer
            .write(move |connection| Box::pin(async move { add(connection, &one).await }))
            .await
    }

    async fn change_tenant(
        &self,
        id: &TenantId,
        change: &TenantChange,
    ) -> Result<Option<Tenant>, StorageError> {
        let (id, change) = (id.clone(), change.clone());
        self.writer
            .write(move |connection| {
                Box::pin(async move { change_row(connection, &id, &change).await })
            })
            .await
    }

    async fn tenant(&self, id: &TenantId) -> Result<Option<Tenant>, StorageError> {
        let mut connection = self.readers.acquire().await.map_err(storage_error)?;
        one(&mut connection, id).await
    }

    async fn tenants_of(&self, ids: &BTreeSet<&TenantId>) -> Result<Vec<Tenant>, StorageError> {
        let mut found = Vec::new();
        let all: Vec<_> = ids.iter().collect();
        for some in all.chunks(AT_ONCE) {
            let mut query = QueryBuilder::<Sqlite>::new(concat!(
                "SELECT ",
                tenant_columns!(),
                " FROM tenants WHERE tenant IN ("
            ));
            let mut list = query.separated(", ");
            for id in some {
                list.push_bind(id.as_str());
            }
            list.push_unseparated(")");
            let rows = query.build().fetch_all(&self.readers).await;
            for row in &rows.map_err(storage_error)? {
                found.push(read(row)?);
            }
        }
        Ok(found)
    }

    async fn tenants(&self) -> Result<Vec<Tenant>, StorageError> {
        let rows = sqlx::query(concat!(
            "SELECT ",
            tenant_columns!(),
            " FROM tenants ORDER BY tenant"
        ))
        .fetch_all(&self.readers)
        .await
        .map_err(storage_error)?;
        rows.iter().map(read).collect()
    }

    async fn tenant_page(
        &self,
        after: Option<&TenantId>,
        limit: u32,
    ) -> Result<Vec<Tenant>, StorageError> {
        let rows = sqlx::query(concat!(
            "SELECT ",
            tenant_columns!(),
            " FROM tenants WHERE tenant > ? ORDER BY tenant LIMIT ?"
        ))
        .bind(after.map_or("", TenantId::as_str))
        .bind(limit)
        .fetch_all(&self.readers)
        .await
        .map_err(storage_error)?;
        rows.iter().map(read).collect()
    }

    async fn tenant_usage(
        &self,
        id: &TenantId,
        now: DateTime<Utc>,
    ) -> Result<TenantUsage, StorageError> {
        let mut connection = self.readers.acquire().await.map_err(storage_error)?;
        usage::all(&mut connection, id, now).await
    }

    async fn queued_of(&self, id: &TenantId, most: u32) -> Result<u64, StorageError> {
        let mut connection = self.readers.acquire().await.map_err(storage_error)?;
        usage::queued(&mut connection, id, most).await
    }

    async fn count_notifications(
        &self,
        id: &TenantId,
        after: Option<NotificationId>,
        limit: u32,
    ) -> Result<CountStep, StorageError> {
        let mut connection = self.readers.acquire().await.map_err(storage_error)?;
        usage::stored(&mut connection, id, after, limit).await
    }

    async fn begin_tenant_removal(
        &self,
        id: &TenantId,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        let id = id.clone();
        self.writer
            .write(move |connection| {
                Box::pin(async move { begin_removal(connection, &id, now).await })
            })
            .await
    }

    async fn tenants_in_removal(
        &self,
        since_before: DateTime<Utc>,
    ) -> Result<Vec<Tenant>, StorageError> {
        let rows = sqlx::query(concat!(
            "SELECT ",
            tenant_columns!(),
            " FROM tenants WHERE removing_since < ? ORDER BY removing_since LIMIT 100"
        ))
        .bind(micros(since_before))
        .fetch_all(&self.readers)
        .await
        .map_err(storage_error)?;
        rows.iter().map(read).collect()
    }

    async fn remove_tenant_rows(&self, id: &TenantId, limit: u32) -> Result<u64, StorageError> {
        let id = id.clone();
        self.writer
            .write(move |connection| {
                Box::pin(async move { removal::step(connection, &id, limit).await })
            })
            .await
    }

    async fn end_tenant_removal(&self, id: &TenantId) -> Result<bool, StorageError> {
        let id = id.clone();
        self.writer
            .write(move |connection| Box::pin(async move { removal::end(connection, &id).await }))
            .await
    }
}

/// A tenant, if there is one of the name.
pub(crate) async fn one(
    connection: &mut SqliteConnection,
    id: &TenantId,
) -> Result<Option<Tenant>, StorageError> {
    let row = sqlx::query(concat!(
        "SELECT ",
        tenant_columns!(),
        " FROM tenants WHERE tenant = ?"
    ))
    .bind(id.as_str())
    .fetch_optional(connection)
    .await
    .map_err(storage_error)?;
    row.as_ref().map(read).transpose()
}
