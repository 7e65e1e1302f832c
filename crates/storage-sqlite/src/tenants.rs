//! Tenants.

use async_trait::async_trait;
use campanile_domain::{RetentionDays, RetryLadder, Tenant, TenantId};
use campanile_storage::{StorageError, Tenants};
use chrono::{DateTime, Utc};
use sqlx::sqlite::SqliteRow;

use crate::SqliteStorage;
use crate::error::{storage_error, undecodable};
use crate::rows::{get, ladder, micros, moment, tenant};

#[async_trait]
impl Tenants for SqliteStorage {
    async fn create_tenant(&self, id: &TenantId, now: DateTime<Utc>) -> Result<bool, StorageError> {
        let id = id.clone();
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    sqlx::query(
                        "INSERT INTO tenants (tenant, created_at) VALUES (?, ?) \
                         ON CONFLICT DO NOTHING",
                    )
                    .bind(id.as_str())
                    .bind(micros(now))
                    .execute(connection)
                    .await
                    .map(|done| done.rows_affected() == 1)
                    .map_err(storage_error)
                })
            })
            .await
    }

    async fn set_retry_ladder(
        &self,
        id: &TenantId,
        ladder: Option<&RetryLadder>,
    ) -> Result<bool, StorageError> {
        let id = id.clone();
        let steps = ladder.map(|ladder| serde_json::json!(ladder.to_millis()).to_string());
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    sqlx::query("UPDATE tenants SET retry_ladder_ms = ? WHERE tenant = ?")
                        .bind(steps)
                        .bind(id.as_str())
                        .execute(connection)
                        .await
                        .map(|done| done.rows_affected() == 1)
                        .map_err(storage_error)
                })
            })
            .await
    }

    async fn tenant(&self, id: &TenantId) -> Result<Option<Tenant>, StorageError> {
        let row =
            sqlx::query("SELECT tenant, created_at, retry_ladder_ms, retention_days FROM tenants WHERE tenant = ?")
                .bind(id.as_str())
                .fetch_optional(&self.readers)
                .await
                .map_err(storage_error)?;
        row.as_ref().map(read).transpose()
    }

    async fn tenants(&self) -> Result<Vec<Tenant>, StorageError> {
        let rows =
            sqlx::query("SELECT tenant, created_at, retry_ladder_ms, retention_days FROM tenants ORDER BY tenant")
                .fetch_all(&self.readers)
                .await
                .map_err(storage_error)?;
        rows.iter().map(read).collect()
    }
}

fn read(row: &SqliteRow) -> Result<Tenant, StorageError> {
    Ok(Tenant {
        id: tenant(row)?,
        created_at: moment(get(row, "created_at")?)?,
        retry_ladder: ladder(get(row, "retry_ladder_ms")?)?,
        retention: days(row)?,
    })
}

/// A tenant's own term, if it set one.
pub(crate) fn days(row: &SqliteRow) -> Result<Option<RetentionDays>, StorageError> {
    let Some(days) = get::<Option<u32>>(row, "retention_days")? else {
        return Ok(None);
    };
    let bad = || undecodable("tenants", "retention_days", days);
    RetentionDays::new(days).map(Some).ok_or_else(bad)
}
