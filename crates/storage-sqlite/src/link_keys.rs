//! The keys of tenants' links.

use async_trait::async_trait;
use campanile_domain::TenantId;
use campanile_storage::{LinkKeys, StorageError};
use chrono::{DateTime, Utc};

use crate::SqliteStorage;
use crate::error::storage_error;
use crate::rows::micros;

#[async_trait]
impl LinkKeys for SqliteStorage {
    async fn link_key(&self, tenant: &TenantId) -> Result<Option<[u8; 32]>, StorageError> {
        let key: Option<Vec<u8>> = sqlx::query_scalar("SELECT key FROM link_keys WHERE tenant = ?")
            .bind(tenant.as_str())
            .fetch_optional(&self.readers)
            .await
            .map_err(storage_error)?;
        // The schema checks the length.
        Ok(key.and_then(|key| key.try_into().ok()))
    }

    async fn put_link_key(
        &self,
        tenant: &TenantId,
        key: &[u8; 32],
        now: DateTime<Utc>,
    ) -> Result<[u8; 32], StorageError> {
        let (tenant, key) = (tenant.clone(), *key);
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    sqlx::query(
                        "INSERT INTO link_keys (tenant, key, created_at) VALUES (?, ?, ?) \
                         ON CONFLICT DO NOTHING",
                    )
                    .bind(tenant.as_str())
                    .bind(&key[..])
                    .bind(micros(now))
                    .execute(&mut *connection)
                    .await
                    .map_err(storage_error)?;
                    let stored: Vec<u8> =
                        sqlx::query_scalar("SELECT key FROM link_keys WHERE tenant = ?")
                            .bind(tenant.as_str())
                            .fetch_one(connection)
                            .await
                            .map_err(storage_error)?;
                    Ok(stored.try_into().unwrap_or(key))
                })
            })
            .await
    }
}
