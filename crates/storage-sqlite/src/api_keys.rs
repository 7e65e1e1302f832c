//! API keys.

use async_trait::async_trait;
use campanile_domain::{ApiKey, ApiKeyId, KeyHash, TenantId, UserId};
use campanile_storage::{ApiKeys, Handover, PutApiKey, StorageError};
use chrono::{DateTime, Utc};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, SqliteConnection};
use uuid::Uuid;

use crate::SqliteStorage;
use crate::error::{storage_error, undecodable};
use crate::rows::{get, get_moment, micros, moment, tenant};

/// Whether a key can be used at `?2`.
macro_rules! is_active {
    () => {
        "revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?2)"
    };
}

#[async_trait]
impl ApiKeys for SqliteStorage {
    async fn put_api_key(
        &self,
        key: &ApiKey,
        hash: &KeyHash,
        most: u32,
        handover: Option<Handover>,
    ) -> Result<PutApiKey, StorageError> {
        let (key, hash) = (key.clone(), *hash);
        self.writer
            .write(move |connection| {
                Box::pin(async move { put(connection, &key, &hash, most, handover).await })
            })
            .await
    }

    async fn api_keys(
        &self,
        tenant: &TenantId,
        after: Option<ApiKeyId>,
        limit: u32,
    ) -> Result<Vec<ApiKey>, StorageError> {
        let rows = sqlx::query(
            "SELECT * FROM api_keys WHERE tenant = ? AND id < ? ORDER BY id DESC LIMIT ?",
        )
        .bind(tenant.as_str())
        .bind(after.map_or(Uuid::max(), |id| id.0))
        .bind(limit)
        .fetch_all(&self.readers)
        .await
        .map_err(storage_error)?;
        rows.iter().map(read).collect()
    }

    async fn api_key(
        &self,
        tenant: &TenantId,
        id: ApiKeyId,
    ) -> Result<Option<ApiKey>, StorageError> {
        let row = sqlx::query("SELECT * FROM api_keys WHERE tenant = ? AND id = ?")
            .bind(tenant.as_str())
            .bind(id.0)
            .fetch_optional(&self.readers)
            .await
            .map_err(storage_error)?;
        row.as_ref().map(read).transpose()
    }

    async fn active_api_keys(
        &self,
        tenant: &TenantId,
        now: DateTime<Utc>,
    ) -> Result<u64, StorageError> {
        let mut reader = self.readers.acquire().await.map_err(storage_error)?;
        active(&mut reader, tenant, now).await
    }

    async fn revoke_api_key(
        &self,
        tenant: &TenantId,
        id: ApiKeyId,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        let tenant = tenant.clone();
        self.writer
            .write(move |connection| {
                Box::pin(async move { revoke(connection, &tenant, id, now).await })
            })
            .await
    }

    async fn api_keys_by_id(
        &self,
        ids: &[ApiKeyId],
    ) -> Result<Vec<(ApiKey, KeyHash)>, StorageError> {
        let mut query = QueryBuilder::new("SELECT * FROM api_keys WHERE id IN (");
        let mut values = query.separated(", ");
        for id in ids {
            values.push_bind(id.0);
        }
        query.push(")");
        let rows = query.build().fetch_all(&self.readers).await;
        let rows = rows.map_err(storage_error)?;
        let mut all = Vec::with_capacity(rows.len());
        for row in &rows {
            let hash: &[u8] = get(row, "hash")?;
            let hash = hash.try_into();
            let hash = hash.map_err(|_| undecodable("api_keys", "hash", "its length"))?;
            all.push((read(row)?, hash));
        }
        Ok(all)
    }

    async fn note_api_keys_used(
        &self,
        used: &[(TenantId, ApiKeyId, DateTime<Utc>)],
    ) -> Result<(), StorageError> {
        let used = used.to_vec();
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    for (tenant, id, at) in used {
                        sqlx::query(
                            "UPDATE api_keys SET last_used_at = ?1 WHERE tenant = ?2 AND id = ?3 \
                             AND (last_used_at IS NULL OR last_used_at < ?1)",
                        )
                        .bind(micros(at))
                        .bind(tenant.as_str())
                        .bind(id.0)
                        .execute(&mut *connection)
                        .await
                        .map_err(storage_error)?;
                    }
                    Ok(())
                })
            })
            .await
    }
}

/// Stores a key, unless there are too many.
pub(crate) async fn put(
    connection: &mut SqliteConnection,
    key: &ApiKey,
    hash: &KeyHash,
    most: u32,
    handover: Option<Handover>,
) -> Result<PutApiKey, StorageError> {
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
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    id: ApiKeyId,
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    sqlx::query(
        "UPDATE api_keys SET revoked_at = COALESCE(revoked_at, ?) WHERE tenant = ? AND id = ?",
    )
    .bind(micros(now))
    .bind(tenant.as_str())
    .bind(id.0)
    .execute(connection)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(storage_error)
}

async fn active(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    now: DateTime<Utc>,
) -> Result<u64, StorageError> {
    let number: i64 = sqlx::query_scalar(concat!(
        "SELECT count(*) FROM api_keys WHERE tenant = ?1 AND ",
        is_active!()
    ))
    .bind(tenant.as_str())
    .bind(micros(now))
    .fetch_one(connection)
    .await
    .map_err(storage_error)?;
    Ok(u64::try_from(number).unwrap_or(0))
}

/// Gives the key that `key` takes over from its end.
async fn end(
    connection: &mut SqliteConnection,
    key: &ApiKey,
    handover: Handover,
) -> Result<bool, StorageError> {
    sqlx::query(concat!(
        "UPDATE api_keys SET expires_at = MIN(COALESCE(expires_at, ?4), ?4) \
         WHERE tenant = ?1 AND id = ?3 AND ",
        is_active!()
    ))
    .bind(key.tenant.as_str())
    .bind(micros(key.created_at))
    .bind(handover.from.0)
    .bind(micros(handover.ends_at))
    .execute(connection)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(storage_error)
}

async fn insert(
    connection: &mut SqliteConnection,
    key: &ApiKey,
    hash: &KeyHash,
) -> Result<(), StorageError> {
    sqlx::query(
        "INSERT INTO api_keys (tenant, id, hash, name, scopes, user_id, networks, created_at, created_by, \
         expires_at, replaces) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(key.tenant.as_str())
    .bind(key.id.0)
    .bind(hash.as_slice())
    .bind(&key.name)
    .bind(key.stored_scopes())
    .bind(key.user.as_ref().map(UserId::as_str))
    .bind(key.stored_networks())
    .bind(micros(key.created_at))
    .bind(&key.created_by)
    .bind(key.expires_at.map(micros))
    .bind(key.replaces.map(|id| id.0))
    .execute(connection)
    .await
    .map_err(storage_error)?;
    Ok(())
}

/// Removes those that ended long ago.
async fn forget(connection: &mut SqliteConnection, key: &ApiKey) -> Result<(), StorageError> {
    sqlx::query(concat!(
        "DELETE FROM api_keys WHERE tenant = ?1 AND id IN (SELECT id FROM api_keys WHERE tenant = ?1 AND NOT (",
        is_active!(),
        ") ORDER BY id DESC LIMIT -1 OFFSET ?3)"
    ))
    .bind(key.tenant.as_str())
    .bind(micros(key.created_at))
    .bind(ApiKey::MOST_ENDED)
    .execute(connection)
    .await
    .map_err(storage_error)?;
    Ok(())
}

fn read(row: &SqliteRow) -> Result<ApiKey, StorageError> {
    let user: Option<&str> = get(row, "user_id")?;
    let user = user.map(UserId::parse).transpose();
    let networks = ApiKey::networks_from_stored(get(row, "networks")?);
    Ok(ApiKey {
        tenant: tenant(row)?,
        id: ApiKeyId(get(row, "id")?),
        name: get(row, "name")?,
        scopes: ApiKey::scopes_from_stored(get(row, "scopes")?),
        user: user.map_err(|error| undecodable("api_keys", "user_id", error))?,
        networks: networks.map_err(|error| undecodable("api_keys", "networks", error))?,
        created_at: moment(get(row, "created_at")?)?,
        created_by: get(row, "created_by")?,
        expires_at: get_moment(row, "expires_at")?,
        revoked_at: get_moment(row, "revoked_at")?,
        last_used_at: get_moment(row, "last_used_at")?,
        replaces: get::<Option<Uuid>>(row, "replaces")?.map(ApiKeyId),
    })
}
