//! API keys.

use async_trait::async_trait;
use campanile_domain::{ApiKey, ApiKeyId, KeyHash, TenantId, UserId};
use campanile_storage::{ApiKeys, Handover, PutApiKey, StorageError};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::PostgresStorage;
use crate::connection::{Kind, Scope, count, transact};
use crate::error::Fault;
use crate::rows::Reader;

/// The columns that [`read`] reads, of the alias `k`.
macro_rules! columns {
    () => {
        "k.tenant, k.id, k.name, k.scopes, k.user_id, k.networks, k.created_at, k.created_by, \
         k.expires_at, k.revoked_at, k.last_used_at, k.replaces"
    };
}

/// Whether a key `k` can be used at `$2`.
macro_rules! is_active {
    () => {
        "k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > $2)"
    };
}

#[async_trait]
impl ApiKeys for PostgresStorage {
    async fn put_api_key(
        &self,
        key: &ApiKey,
        hash: &KeyHash,
        most: u32,
        handover: Option<Handover>,
    ) -> Result<PutApiKey, StorageError> {
        let pool = &self.pools.app;
        let put = transact!(pool, Kind::Write, &Scope::one(&key.tenant), |connection| {
            put(connection, key, hash, most, handover).await
        });
        Ok(put?)
    }

    async fn api_keys(
        &self,
        tenant: &TenantId,
        after: Option<ApiKeyId>,
        limit: u32,
    ) -> Result<Vec<ApiKey>, StorageError> {
        let pool = &self.pools.app;
        let found = transact!(pool, Kind::Read, &Scope::one(tenant), |connection| {
            let rows = sqlx::query(concat!(
                "SELECT ",
                columns!(),
                " FROM api_keys k WHERE k.tenant = $1 AND k.id < $2 ORDER BY k.id DESC LIMIT $3"
            ))
            .bind(tenant.as_str())
            .bind(after.map_or(Uuid::max(), |id| id.0))
            .bind(i64::from(limit))
            .fetch_all(connection)
            .await?;
            rows.iter().map(read).collect()
        });
        Ok(found?)
    }

    async fn api_key(
        &self,
        tenant: &TenantId,
        id: ApiKeyId,
    ) -> Result<Option<ApiKey>, StorageError> {
        let pool = &self.pools.app;
        let found = transact!(pool, Kind::Read, &Scope::one(tenant), |connection| {
            let row = sqlx::query(concat!(
                "SELECT ",
                columns!(),
                " FROM api_keys k WHERE k.tenant = $1 AND k.id = $2"
            ))
            .bind(tenant.as_str())
            .bind(id.0)
            .fetch_optional(connection)
            .await?;
            row.as_ref().map(read).transpose()
        });
        Ok(found?)
    }

    async fn active_api_keys(
        &self,
        tenant: &TenantId,
        now: DateTime<Utc>,
    ) -> Result<u64, StorageError> {
        let pool = &self.pools.app;
        let found = transact!(pool, Kind::Read, &Scope::one(tenant), |connection| {
            active(connection, tenant, now).await
        });
        Ok(found?)
    }

    async fn revoke_api_key(
        &self,
        tenant: &TenantId,
        id: ApiKeyId,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        let pool = &self.pools.app;
        let revoked = transact!(pool, Kind::Write, &Scope::one(tenant), |connection| {
            revoke(connection, tenant, id, now).await
        });
        Ok(revoked?)
    }

    async fn api_keys_by_id(
        &self,
        ids: &[ApiKeyId],
    ) -> Result<Vec<(ApiKey, KeyHash)>, StorageError> {
        let ids: Vec<_> = ids.iter().map(|id| id.0).collect();
        let pool = &self.pools.worker;
        let found = transact!(pool, Kind::Read, &Scope::none(), |connection| {
            let rows = sqlx::query(concat!(
                "SELECT ",
                columns!(),
                ", k.hash FROM UNNEST($1::uuid[]) AS x (id) JOIN api_keys k ON k.id = x.id"
            ))
            .bind(&ids)
            .fetch_all(connection)
            .await?;
            let mut all = Vec::with_capacity(rows.len());
            for row in &rows {
                let mut reader = Reader::new(row, "api_keys");
                let key = read_next(&mut reader)?;
                let hash: &[u8] = reader.next("hash")?;
                let hash = hash.try_into();
                let hash = hash.map_err(|_| reader.undecodable("hash", "its length".to_owned()))?;
                all.push((key, hash));
            }
            Ok(all)
        });
        Ok(found?)
    }

    async fn note_api_keys_used(
        &self,
        used: &[(TenantId, ApiKeyId, DateTime<Utc>)],
    ) -> Result<(), StorageError> {
        let scope = Scope::of(used.iter().map(|(tenant, ..)| tenant));
        let mut used = used.to_vec();
        // Processes that note the same keys lock them in the same order.
        used.sort_by(|(a, a_id, _), (b, b_id, _)| (a, a_id).cmp(&(b, b_id)));
        let pool = &self.pools.app;
        let noted = transact!(pool, Kind::Write, &scope, |connection| {
            sqlx::query(
                "UPDATE api_keys k SET last_used_at = x.at
                 FROM UNNEST($1::text[], $2::uuid[], $3::timestamptz[]) AS x (tenant, id, at)
                 WHERE k.tenant = x.tenant AND k.id = x.id
                     AND (k.last_used_at IS NULL OR k.last_used_at < x.at)",
            )
            .bind(used.iter().map(|(t, ..)| t.as_str()).collect::<Vec<_>>())
            .bind(used.iter().map(|(_, id, _)| id.0).collect::<Vec<_>>())
            .bind(used.iter().map(|(.., at)| *at).collect::<Vec<_>>())
            .execute(connection)
            .await?;
            Ok(())
        });
        Ok(noted?)
    }
}

/// Stores a key, unless there are too many.
pub(crate) async fn put(
    connection: &mut PgConnection,
    key: &ApiKey,
    hash: &KeyHash,
    most: u32,
    handover: Option<Handover>,
) -> Result<PutApiKey, Fault> {
    take_turns(&mut *connection, &key.tenant).await?;
    let active = active(&mut *connection, &key.tenant, key.created_at).await?;
    if active >= Handover::most_keys(handover.as_ref(), most) {
        return Ok(PutApiKey::TooMany);
    }
    if let Some(handover) = handover
        && !end(&mut *connection, key, handover).await?
    {
        return Ok(PutApiKey::Ended);
    }
    insert(&mut *connection, key, hash).await?;
    forget(connection, key).await?;
    Ok(PutApiKey::Stored)
}

/// Revokes a key.
pub(crate) async fn revoke(
    connection: &mut PgConnection,
    tenant: &TenantId,
    id: ApiKeyId,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let done = sqlx::query(
        "UPDATE api_keys SET revoked_at = COALESCE(revoked_at, $3) WHERE tenant = $1 AND id = $2",
    )
    .bind(tenant.as_str())
    .bind(id.0)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// New keys of one tenant come one after the other, until the transaction ends: each is counted by the next.
async fn take_turns(connection: &mut PgConnection, tenant: &TenantId) -> Result<(), Fault> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('campanile_api_keys/' || $1, 0))")
        .bind(tenant.as_str())
        .execute(connection)
        .await?;
    Ok(())
}

async fn active(
    connection: &mut PgConnection,
    tenant: &TenantId,
    now: DateTime<Utc>,
) -> Result<u64, Fault> {
    let number = sqlx::query_scalar(concat!(
        "SELECT count(*) FROM api_keys k WHERE k.tenant = $1 AND ",
        is_active!()
    ))
    .bind(tenant.as_str())
    .bind(now)
    .fetch_one(connection)
    .await?;
    Ok(count(number))
}

/// Gives the key that `key` takes over from its end.
async fn end(
    connection: &mut PgConnection,
    key: &ApiKey,
    handover: Handover,
) -> Result<bool, Fault> {
    let done = sqlx::query(concat!(
        "UPDATE api_keys k SET expires_at = LEAST(k.expires_at, $4) WHERE k.tenant = $1 AND k.id = $3 AND ",
        is_active!()
    ))
    .bind(key.tenant.as_str())
    .bind(key.created_at)
    .bind(handover.from.0)
    .bind(handover.ends_at)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

async fn insert(connection: &mut PgConnection, key: &ApiKey, hash: &KeyHash) -> Result<(), Fault> {
    sqlx::query(
        "INSERT INTO api_keys (tenant, id, hash, name, scopes, user_id, networks, created_at, created_by, expires_at,
             replaces)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(key.tenant.as_str())
    .bind(key.id.0)
    .bind(hash.as_slice())
    .bind(&key.name)
    .bind(key.stored_scopes())
    .bind(key.user.as_ref().map(UserId::as_str))
    .bind(key.stored_networks())
    .bind(key.created_at)
    .bind(&key.created_by)
    .bind(key.expires_at)
    .bind(key.replaces.map(|id| id.0))
    .execute(connection)
    .await?;
    Ok(())
}

/// Removes those that ended long ago.
async fn forget(connection: &mut PgConnection, key: &ApiKey) -> Result<(), Fault> {
    sqlx::query(concat!(
        "DELETE FROM api_keys k WHERE k.tenant = $1 AND k.id IN (
             SELECT k.id FROM api_keys k WHERE k.tenant = $1 AND NOT (",
        is_active!(),
        ") ORDER BY k.id DESC OFFSET $3)"
    ))
    .bind(key.tenant.as_str())
    .bind(key.created_at)
    .bind(i64::from(ApiKey::MOST_ENDED))
    .execute(connection)
    .await?;
    Ok(())
}

fn read(row: &PgRow) -> Result<ApiKey, Fault> {
    read_next(&mut Reader::new(row, "api_keys"))
}

fn read_next(reader: &mut Reader<'_>) -> Result<ApiKey, Fault> {
    Ok(ApiKey {
        tenant: reader.tenant()?,
        id: ApiKeyId(reader.next("id")?),
        name: reader.next("name")?,
        scopes: ApiKey::scopes_from_stored(reader.next("scopes")?),
        user: reader.parse_some("user_id", UserId::parse)?,
        networks: {
            let networks = ApiKey::networks_from_stored(reader.next("networks")?);
            networks.map_err(|error| reader.undecodable("networks", error.to_string()))?
        },
        created_at: reader.next("created_at")?,
        created_by: reader.next("created_by")?,
        expires_at: reader.next("expires_at")?,
        revoked_at: reader.next("revoked_at")?,
        last_used_at: reader.next("last_used_at")?,
        replaces: reader.next::<Option<Uuid>>("replaces")?.map(ApiKeyId),
    })
}
