//! What is remembered for a time as a hash.

use async_trait::async_trait;
use campanile_domain::{Remembered, RememberedKey, TenantId};
use campanile_storage::{RememberedRows, Remembering, StorageError};
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;

use crate::SqliteStorage;
use crate::error::storage_error;
use crate::rows::{micros, moment};
use crate::transaction::SqliteTransaction;

/// Rows in one transaction.
const EXPIRED_AT_ONCE: u64 = 1_000;

#[async_trait]
impl Remembering for SqliteStorage {
    async fn expire_remembered(&self, now: DateTime<Utc>) -> Result<u64, StorageError> {
        let mut total = 0;
        loop {
            let removed = self
                .writer
                .write(move |connection| Box::pin(async move { expire(connection, now).await }))
                .await?;
            total += removed;
            if removed < EXPIRED_AT_ONCE {
                return Ok(total);
            }
        }
    }
}

#[async_trait]
impl RememberedRows for SqliteTransaction<'_> {
    async fn remember(
        &mut self,
        tenant: &TenantId,
        what: &Remembered,
    ) -> Result<bool, StorageError> {
        let is_new = self.remembered(tenant, &what.key).await?.is_none();
        sqlx::query(
            "INSERT INTO remembered (tenant, kind, digest, at, expires_at) VALUES (?, ?, ?, ?, ?) \
             ON CONFLICT (tenant, kind, digest) DO UPDATE SET at = max(at, excluded.at), \
             expires_at = max(expires_at, excluded.expires_at)",
        )
        .bind(tenant.as_str())
        .bind(what.key.kind.name())
        .bind(&what.key.digest[..])
        .bind(micros(what.at))
        .bind(micros(what.expires_at))
        .execute(&mut *self.connection)
        .await
        .map_err(storage_error)?;
        Ok(is_new)
    }

    async fn remembered(
        &mut self,
        tenant: &TenantId,
        key: &RememberedKey,
    ) -> Result<Option<DateTime<Utc>>, StorageError> {
        let at: Option<i64> = sqlx::query_scalar(
            "SELECT at FROM remembered WHERE tenant = ? AND kind = ? AND digest = ?",
        )
        .bind(tenant.as_str())
        .bind(key.kind.name())
        .bind(&key.digest[..])
        .fetch_optional(&mut *self.connection)
        .await
        .map_err(storage_error)?;
        at.map(moment).transpose()
    }
}

async fn expire(
    connection: &mut SqliteConnection,
    now: DateTime<Utc>,
) -> Result<u64, StorageError> {
    let done = sqlx::query(
        "DELETE FROM remembered WHERE (tenant, kind, digest) IN ( \
         SELECT tenant, kind, digest FROM remembered WHERE expires_at < ? ORDER BY expires_at LIMIT ?)",
    )
    .bind(micros(now))
    .bind(i64::try_from(EXPIRED_AT_ONCE).unwrap_or(i64::MAX))
    .execute(connection)
    .await
    .map_err(storage_error)?;
    Ok(done.rows_affected())
}
