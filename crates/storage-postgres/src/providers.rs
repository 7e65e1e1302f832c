//! Tenants' own accounts at providers.

use async_trait::async_trait;
use campanile_domain::{ProviderName, TenantId};
use campanile_storage::{Provider, Providers, StorageError};
use chrono::{DateTime, Utc};
use sqlx::Row;

use crate::PostgresStorage;
use crate::connection::{Kind, Scope, transact};
use crate::error::Fault;
use crate::rows::Reader;

/// The columns that [`read`] reads, of the alias `p`.
macro_rules! columns {
    () => {
        "p.tenant, p.name, p.channel, p.settings::text, p.sealed, p.weight, p.failover_to, \
         p.version, p.updated_at"
    };
}

#[async_trait]
impl Providers for PostgresStorage {
    async fn tenant_key(&self, tenant: &TenantId) -> Result<Option<Vec<u8>>, StorageError> {
        let pool = &self.pools.app;
        let found = transact!(pool, Kind::Read, &Scope::one(tenant), |connection| {
            let key = sqlx::query_scalar("SELECT wrapped FROM tenant_keys WHERE tenant = $1");
            Ok(key.bind(tenant.as_str()).fetch_optional(connection).await?)
        });
        Ok(found?)
    }

    async fn put_tenant_key(
        &self,
        tenant: &TenantId,
        wrapped: &[u8],
        now: DateTime<Utc>,
    ) -> Result<Vec<u8>, StorageError> {
        let pool = &self.pools.app;
        let put = transact!(pool, Kind::Write, &Scope::one(tenant), |connection| {
            sqlx::query(
                "INSERT INTO tenant_keys (tenant, wrapped, created_at) VALUES ($1, $2, $3)
                 ON CONFLICT DO NOTHING",
            )
            .bind(tenant.as_str())
            .bind(wrapped)
            .bind(now)
            .execute(&mut *connection)
            .await?;
            let key = sqlx::query_scalar("SELECT wrapped FROM tenant_keys WHERE tenant = $1");
            Ok(key.bind(tenant.as_str()).fetch_one(connection).await?)
        });
        Ok(put?)
    }

    async fn put_provider(&self, one: &Provider) -> Result<bool, StorageError> {
        let pool = &self.pools.app;
        let put = transact!(pool, Kind::Write, &Scope::one(&one.tenant), |connection| {
            let row = sqlx::query(
                "INSERT INTO providers AS p (tenant, name, channel, settings, sealed, weight,
                     failover_to, version, updated_at)
                 VALUES ($1, $2, $3, $4::json, $5, $6, $7, $8, $9)
                 ON CONFLICT (tenant, name) DO UPDATE SET channel = excluded.channel,
                     settings = excluded.settings, sealed = excluded.sealed,
                     weight = excluded.weight, failover_to = excluded.failover_to,
                     version = excluded.version, updated_at = excluded.updated_at
                 RETURNING p.xmax = 0",
            )
            .bind(one.tenant.as_str())
            .bind(one.name.as_str())
            .bind(one.channel.name())
            .bind(&one.settings)
            .bind(&one.sealed)
            .bind(i32::try_from(one.weight).unwrap_or(i32::MAX))
            .bind(one.failover_to.as_ref().map(ProviderName::as_str))
            .bind(one.version)
            .bind(one.updated_at)
            .fetch_one(connection)
            .await?;
            Ok(row.try_get(0)?)
        });
        Ok(put?)
    }

    async fn providers(&self, tenant: &TenantId) -> Result<Vec<Provider>, StorageError> {
        let pool = &self.pools.app;
        let found = transact!(pool, Kind::Read, &Scope::one(tenant), |connection| {
            let all = sqlx::query(concat!(
                "SELECT ",
                columns!(),
                " FROM providers p WHERE p.tenant = $1 ORDER BY p.name COLLATE \"C\""
            ));
            let rows = all.bind(tenant.as_str()).fetch_all(connection).await?;
            let mut read_all = rows
                .iter()
                .map(|row| read(&mut Reader::new(row, "providers")));
            read_all.by_ref().collect::<Result<Vec<_>, _>>()
        });
        Ok(found?)
    }

    async fn remove_provider(
        &self,
        tenant: &TenantId,
        name: &ProviderName,
    ) -> Result<bool, StorageError> {
        let pool = &self.pools.app;
        let removed = transact!(pool, Kind::Write, &Scope::one(tenant), |connection| {
            let done = sqlx::query("DELETE FROM providers WHERE tenant = $1 AND name = $2")
                .bind(tenant.as_str())
                .bind(name.as_str())
                .execute(connection)
                .await?;
            Ok(done.rows_affected() > 0)
        });
        Ok(removed?)
    }

    async fn all_providers(&self) -> Result<Vec<(Provider, Vec<u8>)>, StorageError> {
        let pool = &self.pools.worker;
        let found = transact!(pool, Kind::Read, &Scope::none(), |connection| {
            let rows = sqlx::query(concat!(
                "SELECT ",
                columns!(),
                ", k.wrapped FROM providers p JOIN tenant_keys k ON k.tenant = p.tenant
                 ORDER BY p.tenant COLLATE \"C\", p.name COLLATE \"C\""
            ))
            .fetch_all(connection)
            .await?;
            let mut all = Vec::with_capacity(rows.len());
            for row in &rows {
                let mut reader = Reader::new(row, "providers");
                all.push((read(&mut reader)?, reader.next("wrapped")?));
            }
            Ok(all)
        });
        Ok(found?)
    }
}

fn read(reader: &mut Reader<'_>) -> Result<Provider, Fault> {
    Ok(Provider {
        tenant: reader.tenant()?,
        name: reader.parse("name", ProviderName::parse)?,
        channel: reader.channel()?,
        settings: reader.next("settings")?,
        sealed: reader.next("sealed")?,
        weight: reader.unsigned("weight")?,
        failover_to: failover(reader)?,
        version: reader.next("version")?,
        updated_at: reader.next("updated_at")?,
    })
}

fn failover(reader: &mut Reader<'_>) -> Result<Option<ProviderName>, Fault> {
    let Some(text) = reader.next::<Option<&str>>("failover_to")? else {
        return Ok(None);
    };
    let name = ProviderName::parse(text);
    name.map(Some)
        .map_err(|error| reader.undecodable("failover_to", error.to_string()))
}
