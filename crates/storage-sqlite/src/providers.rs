//! Tenants' own accounts at providers.

use async_trait::async_trait;
use campanile_domain::{ProviderName, TenantId};
use campanile_storage::{Provider, Providers, StorageError};
use chrono::{DateTime, Utc};
use sqlx::sqlite::SqliteRow;

use crate::SqliteStorage;
use crate::error::{storage_error, undecodable};
use crate::rows::{channel, get, micros, moment, tenant};

#[async_trait]
impl Providers for SqliteStorage {
    async fn tenant_key(&self, tenant: &TenantId) -> Result<Option<Vec<u8>>, StorageError> {
        sqlx::query_scalar("SELECT wrapped FROM tenant_keys WHERE tenant = ?")
            .bind(tenant.as_str())
            .fetch_optional(&self.readers)
            .await
            .map_err(storage_error)
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

    async fn put_provider(&self, provider: &Provider) -> Result<bool, StorageError> {
        let one = provider.clone();
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    let removed =
                        sqlx::query("DELETE FROM providers WHERE tenant = ? AND name = ?")
                            .bind(one.tenant.as_str())
                            .bind(one.name.as_str())
                            .execute(&mut *connection)
                            .await
                            .map_err(storage_error)?;
                    sqlx::query(
                        "INSERT INTO providers (tenant, name, channel, settings, sealed, weight, \
                         failover_to, version, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    )
                    .bind(one.tenant.as_str())
                    .bind(one.name.as_str())
                    .bind(one.channel.name())
                    .bind(&one.settings)
                    .bind(&one.sealed)
                    .bind(one.weight)
                    .bind(one.failover_to.as_ref().map(ProviderName::as_str))
                    .bind(one.version)
                    .bind(micros(one.updated_at))
                    .execute(connection)
                    .await
                    .map_err(storage_error)?;
                    Ok(removed.rows_affected() == 0)
                })
            })
            .await
    }

    async fn providers(&self, tenant: &TenantId) -> Result<Vec<Provider>, StorageError> {
        let rows = sqlx::query("SELECT * FROM providers WHERE tenant = ? ORDER BY name")
            .bind(tenant.as_str())
            .fetch_all(&self.readers)
            .await
            .map_err(storage_error)?;
        rows.iter().map(read).collect()
    }

    async fn remove_provider(
        &self,
        tenant: &TenantId,
        name: &ProviderName,
    ) -> Result<bool, StorageError> {
        let (tenant, name) = (tenant.clone(), name.clone());
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    sqlx::query("DELETE FROM providers WHERE tenant = ? AND name = ?")
                        .bind(tenant.as_str())
                        .bind(name.as_str())
                        .execute(connection)
                        .await
                        .map(|done| done.rows_affected() > 0)
                        .map_err(storage_error)
                })
            })
            .await
    }

    async fn all_providers(&self) -> Result<Vec<(Provider, Vec<u8>)>, StorageError> {
        let rows = sqlx::query(
            "SELECT p.*, k.wrapped FROM providers p JOIN tenant_keys k ON k.tenant = p.tenant \
             ORDER BY p.tenant, p.name",
        )
        .fetch_all(&self.readers)
        .await
        .map_err(storage_error)?;
        let both = |row: &SqliteRow| Ok((read(row)?, get(row, "wrapped")?));
        rows.iter().map(both).collect()
    }
}

fn read(row: &SqliteRow) -> Result<Provider, StorageError> {
    let name = |column: &'static str, text: &str| {
        ProviderName::parse(text).map_err(|error| undecodable("providers", column, error))
    };
    let failover: Option<&str> = get(row, "failover_to")?;
    Ok(Provider {
        tenant: tenant(row)?,
        name: name("name", get(row, "name")?)?,
        channel: channel(get(row, "channel")?)?,
        settings: get(row, "settings")?,
        sealed: get(row, "sealed")?,
        weight: get(row, "weight")?,
        failover_to: failover.map(|text| name("failover_to", text)).transpose()?,
        version: get(row, "version")?,
        updated_at: moment(get(row, "updated_at")?)?,
    })
}
