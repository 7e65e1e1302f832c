//! Tenants' own accounts at providers.

use async_trait::async_trait;
use campanile_domain::{ProviderName, TenantId};
use campanile_storage::{Provider, Providers, Sealing, StorageError};
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use crate::SqliteStorage;
use crate::error::{storage_error, undecodable};
use crate::keys;
use crate::rows::{channel, get, micros, moment, tenant};

#[async_trait]
impl Providers for SqliteStorage {
    fn sealing(&self) -> Sealing {
        Sealing {
            has_master_key: self.keys.master().is_some(),
            has_previous: self
                .keys
                .master()
                .is_some_and(|master| master.has_previous()),
            seals_texts: self.keys.seals(),
        }
    }

    async fn tenant_keys(&self, tenant: &TenantId) -> Result<Vec<Vec<u8>>, StorageError> {
        keys::in_order(&self.readers, tenant).await
    }

    async fn some_tenant_keys(&self, limit: u32) -> Result<Vec<(TenantId, Vec<u8>)>, StorageError> {
        let rows = sqlx::query("SELECT tenant, wrapped FROM tenant_keys ORDER BY tenant LIMIT ?")
            .bind(limit)
            .fetch_all(&self.readers)
            .await
            .map_err(storage_error)?;
        let keys = rows
            .iter()
            .map(|row| Ok((tenant(row)?, get(row, "wrapped")?)));
        keys.collect()
    }

    async fn put_tenant_key(
        &self,
        tenant: &TenantId,
        wrapped: &[u8],
        now: DateTime<Utc>,
    ) -> Result<Vec<u8>, StorageError> {
        let (tenant, wrapped) = (tenant.clone(), wrapped.to_vec());
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    sqlx::query(
                        "INSERT INTO tenant_keys (tenant, wrapped, created_at) VALUES (?, ?, ?) \
                         ON CONFLICT DO NOTHING",
                    )
                    .bind(tenant.as_str())
                    .bind(wrapped)
                    .bind(micros(now))
                    .execute(&mut *connection)
                    .await
                    .map_err(storage_error)?;
                    sqlx::query_scalar("SELECT wrapped FROM tenant_keys WHERE tenant = ?")
                        .bind(tenant.as_str())
                        .fetch_one(connection)
                        .await
                        .map_err(storage_error)
                })
            })
            .await
    }

    async fn know_keys(&self, tenant: &TenantId) -> Result<(), StorageError> {
        keys::committed(&self.keys, &self.readers, tenant)
            .await
            .map(drop)
    }

    async fn providers(&self, tenant: &TenantId) -> Result<Vec<Provider>, StorageError> {
        let mut connection = self.readers.acquire().await.map_err(storage_error)?;
        all_of(&mut connection, tenant).await
    }

    async fn provider_versions(&self) -> Result<Vec<(TenantId, ProviderName, Uuid)>, StorageError> {
        let rows = sqlx::query("SELECT tenant, name, version FROM providers")
            .fetch_all(&self.readers)
            .await
            .map_err(storage_error)?;
        let all = rows
            .iter()
            .map(|row| Ok((tenant(row)?, named(row, "name")?, get(row, "version")?)));
        all.collect()
    }

    async fn providers_with_keys(
        &self,
        names: &[(TenantId, ProviderName)],
    ) -> Result<Vec<(Provider, Vec<Vec<u8>>)>, StorageError> {
        let mut found = Vec::with_capacity(names.len());
        for (tenant, name) in names {
            let row = sqlx::query("SELECT p.* FROM providers p WHERE p.tenant = ? AND p.name = ?")
                .bind(tenant.as_str())
                .bind(name.as_str())
                .fetch_optional(&self.readers)
                .await
                .map_err(storage_error)?;
            if let Some(row) = row {
                // After the row: what has sealed it is among them.
                let wrapped = keys::in_order(&self.readers, tenant).await?;
                if !wrapped.is_empty() {
                    found.push((read(&row)?, wrapped));
                }
            }
        }
        Ok(found)
    }
}

/// A tenant's accounts by name.
pub(crate) async fn all_of(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
) -> Result<Vec<Provider>, StorageError> {
    let rows = sqlx::query("SELECT * FROM providers WHERE tenant = ? ORDER BY name")
        .bind(tenant.as_str())
        .fetch_all(connection)
        .await
        .map_err(storage_error)?;
    rows.iter().map(read).collect()
}

/// Creates or replaces an account.
pub(crate) async fn put(
    connection: &mut SqliteConnection,
    one: &Provider,
) -> Result<(), StorageError> {
    sqlx::query(
        "INSERT INTO providers (tenant, name, channel, settings, sealed, weight, failover_to, \
         version, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) \
         ON CONFLICT (tenant, name) DO UPDATE SET channel = excluded.channel, \
         settings = excluded.settings, sealed = excluded.sealed, weight = excluded.weight, \
         failover_to = excluded.failover_to, version = excluded.version, \
         updated_at = excluded.updated_at",
    )
    .bind(one.tenant.as_str())
    .bind(one.name.as_str())
    .bind(one.channel.name())
    .bind(&one.settings)
    .bind(&one.sealed)
    .bind(one.weight.unwrap_or(0))
    .bind(one.failover_to.as_ref().map(ProviderName::as_str))
    .bind(one.version)
    .bind(micros(one.updated_at))
    .execute(connection)
    .await
    .map_err(storage_error)?;
    Ok(())
}

/// Removes an account, if there is one.
pub(crate) async fn remove(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    name: &ProviderName,
) -> Result<(), StorageError> {
    sqlx::query("DELETE FROM providers WHERE tenant = ? AND name = ?")
        .bind(tenant.as_str())
        .bind(name.as_str())
        .execute(connection)
        .await
        .map_err(storage_error)?;
    Ok(())
}

fn named(row: &SqliteRow, column: &'static str) -> Result<ProviderName, StorageError> {
    ProviderName::parse(get(row, column)?).map_err(|error| undecodable("providers", column, error))
}

fn read(row: &SqliteRow) -> Result<Provider, StorageError> {
    let failover: Option<&str> = get(row, "failover_to")?;
    let weight: u32 = get(row, "weight")?;
    Ok(Provider {
        tenant: tenant(row)?,
        name: named(row, "name")?,
        channel: channel(get(row, "channel")?)?,
        settings: get(row, "settings")?,
        sealed: get(row, "sealed")?,
        // 0 stands for "the tenant has not said".
        weight: Some(weight).filter(|weight| *weight > 0),
        failover_to: failover.map(|_| named(row, "failover_to")).transpose()?,
        version: get(row, "version")?,
        updated_at: moment(get(row, "updated_at")?)?,
    })
}
