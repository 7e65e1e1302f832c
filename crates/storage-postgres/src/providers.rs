//! Tenants' own accounts at providers.

use async_trait::async_trait;
use campanile_domain::{ProviderName, TenantId};
use campanile_sealing::KeyFault;
use campanile_storage::{Provider, Providers, Sealing, StorageError};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::PostgresStorage;
use crate::connection::{Kind, Scope, transact};
use crate::error::Fault;
use crate::keys;
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
    fn sealing(&self) -> Sealing {
        keys::sealing(self.pools.app.keys())
    }

    async fn tenant_keys(&self, tenant: &TenantId) -> Result<Vec<Vec<u8>>, StorageError> {
        let pool = &self.pools.app;
        let found = transact!(pool, Kind::Read, &Scope::one(tenant), |connection| {
            let stored = keys::stored(connection, tenant).await?;
            Ok(keys::in_order(stored))
        });
        Ok(found?)
    }

    async fn some_tenant_keys(&self, limit: u32) -> Result<Vec<(TenantId, Vec<u8>)>, StorageError> {
        let pool = &self.pools.worker;
        let found = transact!(pool, Kind::Read, &Scope::none(), |connection| {
            let rows = sqlx::query(
                "SELECT k.tenant, k.wrapped FROM tenant_keys k ORDER BY k.tenant LIMIT $1",
            )
            .bind(i64::from(limit))
            .fetch_all(connection)
            .await?;
            let keys = rows.iter().map(|row| {
                let mut reader = Reader::new(row, "tenant_keys");
                Ok((reader.tenant()?, reader.next("wrapped")?))
            });
            keys.collect::<Result<Vec<_>, Fault>>()
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

    async fn know_keys(&self, tenant: &TenantId) -> Result<(), StorageError> {
        let pool = self.pools.of(self.role);
        match pool.keys().all_of(tenant) {
            Err(KeyFault::Wanted(wanted)) => Ok(keys::look_up(pool, &wanted).await?),
            _ => Ok(()),
        }
    }

    async fn providers(&self, tenant: &TenantId) -> Result<Vec<Provider>, StorageError> {
        let pool = &self.pools.app;
        let found = transact!(pool, Kind::Read, &Scope::one(tenant), |connection| {
            all_of(connection, tenant).await
        });
        Ok(found?)
    }

    async fn provider_versions(&self) -> Result<Vec<(TenantId, ProviderName, Uuid)>, StorageError> {
        let pool = &self.pools.worker;
        let found = transact!(pool, Kind::Read, &Scope::none(), |connection| {
            let rows = sqlx::query("SELECT p.tenant, p.name, p.version FROM providers p")
                .fetch_all(connection)
                .await?;
            let mut all = Vec::with_capacity(rows.len());
            for row in &rows {
                let mut reader = Reader::new(row, "providers");
                let tenant = reader.tenant()?;
                let name = reader.parse("name", ProviderName::parse)?;
                all.push((tenant, name, reader.next("version")?));
            }
            Ok(all)
        });
        Ok(found?)
    }

    async fn providers_with_keys(
        &self,
        names: &[(TenantId, ProviderName)],
    ) -> Result<Vec<(Provider, Vec<Vec<u8>>)>, StorageError> {
        let pool = &self.pools.worker;
        let found = transact!(pool, Kind::Read, &Scope::none(), |connection| {
            let rows = sqlx::query(concat!(
                "SELECT ",
                columns!(),
                ", k.wrapped, ARRAY(SELECT f.wrapped FROM tenant_former_keys f WHERE f.tenant = p.tenant)
                 FROM UNNEST($1::text[], $2::text[]) AS x (tenant, name)
                 JOIN providers p ON p.tenant = x.tenant AND p.name = x.name
                 JOIN tenant_keys k ON k.tenant = p.tenant
                 ORDER BY p.tenant COLLATE \"C\", p.name COLLATE \"C\""
            ))
            .bind(names.iter().map(|(t, _)| t.as_str()).collect::<Vec<_>>())
            .bind(names.iter().map(|(_, n)| n.as_str()).collect::<Vec<_>>())
            .fetch_all(connection)
            .await?;
            let mut all = Vec::with_capacity(rows.len());
            for row in &rows {
                let mut reader = Reader::new(row, "providers");
                let provider = read(&mut reader)?;
                let mut wrapped = vec![reader.next("wrapped")?];
                wrapped.extend(reader.next::<Vec<Vec<u8>>>("former")?);
                all.push((provider, wrapped));
            }
            Ok(all)
        });
        Ok(found?)
    }
}

/// A tenant's accounts by name.
pub(crate) async fn all_of(
    connection: &mut PgConnection,
    tenant: &TenantId,
) -> Result<Vec<Provider>, Fault> {
    let all = sqlx::query(concat!(
        "SELECT ",
        columns!(),
        " FROM providers p WHERE p.tenant = $1 ORDER BY p.name COLLATE \"C\""
    ));
    let rows = all.bind(tenant.as_str()).fetch_all(connection).await?;
    let read_all = rows
        .iter()
        .map(|row| read(&mut Reader::new(row, "providers")));
    read_all.collect()
}

/// Creates or replaces an account.
pub(crate) async fn put(connection: &mut PgConnection, one: &Provider) -> Result<(), Fault> {
    sqlx::query(
        "INSERT INTO providers (tenant, name, channel, settings, sealed, weight, failover_to,
             version, updated_at)
         VALUES ($1, $2, $3, $4::json, $5, $6, $7, $8, $9)
         ON CONFLICT (tenant, name) DO UPDATE SET channel = excluded.channel,
             settings = excluded.settings, sealed = excluded.sealed,
             weight = excluded.weight, failover_to = excluded.failover_to,
             version = excluded.version, updated_at = excluded.updated_at",
    )
    .bind(one.tenant.as_str())
    .bind(one.name.as_str())
    .bind(one.channel.name())
    .bind(&one.settings)
    .bind(&one.sealed)
    .bind(weight_column(one.weight))
    .bind(one.failover_to.as_ref().map(ProviderName::as_str))
    .bind(one.version)
    .bind(one.updated_at)
    .execute(connection)
    .await?;
    Ok(())
}

/// Removes an account, if there is one.
pub(crate) async fn remove(
    connection: &mut PgConnection,
    tenant: &TenantId,
    name: &ProviderName,
) -> Result<(), Fault> {
    sqlx::query("DELETE FROM providers WHERE tenant = $1 AND name = $2")
        .bind(tenant.as_str())
        .bind(name.as_str())
        .execute(connection)
        .await?;
    Ok(())
}

/// Changes of one tenant's accounts come one after the other, until the transaction ends: each is
/// checked against all the others.
pub(crate) async fn take_turns(
    connection: &mut PgConnection,
    tenant: &TenantId,
) -> Result<(), Fault> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('campanile_providers/' || $1, 0))")
        .bind(tenant.as_str())
        .execute(connection)
        .await?;
    Ok(())
}

/// 0 stands for "the tenant has not said".
fn weight_column(weight: Option<u32>) -> i32 {
    i32::try_from(weight.unwrap_or(0)).unwrap_or(i32::MAX)
}

fn read(reader: &mut Reader<'_>) -> Result<Provider, Fault> {
    Ok(Provider {
        tenant: reader.tenant()?,
        name: reader.parse("name", ProviderName::parse)?,
        channel: reader.channel()?,
        settings: reader.next("settings")?,
        sealed: reader.next("sealed")?,
        weight: Some(reader.unsigned("weight")?).filter(|weight| *weight > 0),
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
