//! The keys of tenants' links.

use async_trait::async_trait;
use campanile_domain::TenantId;
use campanile_storage::{LinkKeys, StorageError};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::PostgresStorage;
use crate::connection::{Kind, Scope, transact};
use crate::error::Fault;

#[async_trait]
impl LinkKeys for PostgresStorage {
    async fn link_key(&self, tenant: &TenantId) -> Result<Option<[u8; 32]>, StorageError> {
        let pool = self.pools.of(self.role);
        let found = transact!(pool, Kind::Read, &Scope::one(tenant), |connection| {
            find(connection, tenant).await
        });
        Ok(found?)
    }

    async fn put_link_key(
        &self,
        tenant: &TenantId,
        key: &[u8; 32],
        now: DateTime<Utc>,
    ) -> Result<[u8; 32], StorageError> {
        let pool = self.pools.of(self.role);
        let put = transact!(pool, Kind::Write, &Scope::one(tenant), |connection| {
            sqlx::query(
                "INSERT INTO link_keys (tenant, key, created_at) VALUES ($1, $2, $3)
                 ON CONFLICT DO NOTHING",
            )
            .bind(tenant.as_str())
            .bind(&key[..])
            .bind(now)
            .execute(&mut *connection)
            .await?;
            Ok(find(connection, tenant).await?.unwrap_or(*key))
        });
        Ok(put?)
    }
}

async fn find(connection: &mut PgConnection, tenant: &TenantId) -> Result<Option<[u8; 32]>, Fault> {
    let key: Option<Vec<u8>> = sqlx::query_scalar("SELECT key FROM link_keys WHERE tenant = $1")
        .bind(tenant.as_str())
        .fetch_optional(connection)
        .await?;
    // The schema checks the length.
    Ok(key.and_then(|key| key.try_into().ok()))
}
