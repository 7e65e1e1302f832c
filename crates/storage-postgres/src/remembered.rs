//! What is remembered for a time as a hash.

use async_trait::async_trait;
use campanile_domain::{Remembered, RememberedKey, TenantId};
use campanile_storage::{RememberedRows, Remembering, StorageError};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::PostgresStorage;
use crate::connection::{Kind, Scope, transact};
use crate::error::Fault;
use crate::named::named;
use crate::transaction::PostgresTransaction;

/// Rows in one transaction.
const EXPIRED_AT_ONCE: u64 = 1_000;

#[async_trait]
impl Remembering for PostgresStorage {
    async fn expire_remembered(&self, now: DateTime<Utc>) -> Result<u64, StorageError> {
        let mut total = 0;
        loop {
            let pool = &self.pools.worker;
            let some = transact!(pool, Kind::Write, &Scope::none(), |connection| {
                expire(connection, now).await
            });
            let removed = some?;
            total += removed;
            if removed < EXPIRED_AT_ONCE {
                return Ok(total);
            }
        }
    }
}

#[async_trait]
impl RememberedRows for PostgresTransaction<'_> {
    async fn remember(
        &mut self,
        tenant: &TenantId,
        what: &Remembered,
    ) -> Result<bool, StorageError> {
        let put = named("remember", put(self.connection, tenant, what)).await;
        self.keep(put)
    }

    async fn remembered(
        &mut self,
        tenant: &TenantId,
        key: &RememberedKey,
    ) -> Result<Option<DateTime<Utc>>, StorageError> {
        let found = named("remembered", find(self.connection, tenant, key)).await;
        self.keep(found)
    }
}

async fn put(
    connection: &mut PgConnection,
    tenant: &TenantId,
    what: &Remembered,
) -> Result<bool, Fault> {
    // A row that this statement has inserted was written by no other transaction.
    let is_new = sqlx::query_scalar(
        "INSERT INTO remembered AS r (tenant, kind, digest, at, expires_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (tenant, kind, digest) DO UPDATE
             SET at = GREATEST(r.at, excluded.at), expires_at = GREATEST(r.expires_at, excluded.expires_at)
         RETURNING r.xmax = 0",
    )
    .bind(tenant.as_str())
    .bind(what.key.kind.name())
    .bind(&what.key.digest[..])
    .bind(what.at)
    .bind(what.expires_at)
    .fetch_one(connection)
    .await?;
    Ok(is_new)
}

async fn find(
    connection: &mut PgConnection,
    tenant: &TenantId,
    key: &RememberedKey,
) -> Result<Option<DateTime<Utc>>, Fault> {
    let at = sqlx::query_scalar(
        "SELECT at FROM remembered WHERE tenant = $1 AND kind = $2 AND digest = $3",
    )
    .bind(tenant.as_str())
    .bind(key.kind.name())
    .bind(&key.digest[..])
    .fetch_optional(connection)
    .await?;
    Ok(at)
}

async fn expire(connection: &mut PgConnection, now: DateTime<Utc>) -> Result<u64, Fault> {
    let done = sqlx::query(
        "WITH over AS MATERIALIZED (
             SELECT tenant, kind, digest FROM remembered
             WHERE expires_at < $1 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED
         )
         DELETE FROM remembered r USING over o
         WHERE r.tenant = o.tenant AND r.kind = o.kind AND r.digest = o.digest",
    )
    .bind(now)
    .bind(i64::try_from(EXPIRED_AT_ONCE).unwrap_or(i64::MAX))
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}
