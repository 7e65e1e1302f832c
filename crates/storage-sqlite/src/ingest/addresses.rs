//! Rows of addresses.

use campanile_domain::{
    IngestAddress, IngestId, IngestTarget, TenantId, TopicKey, UserId, UserMerge,
};
use campanile_storage::StorageError;
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use crate::error::{storage_error, undecodable};
use crate::rows::{get, get_moment, micros, moment, tenant};

const TABLE: &str = "ingest_addresses";

pub(super) async fn by_key(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    key_digest: &[u8; 32],
) -> Result<Option<IngestAddress>, StorageError> {
    let row = sqlx::query(
        "SELECT * FROM ingest_addresses \
         WHERE key_digest = ? AND tenant = ? AND revoked_at IS NULL",
    )
    .bind(&key_digest[..])
    .bind(tenant.as_str())
    .fetch_optional(connection)
    .await
    .map_err(storage_error)?;
    row.as_ref().map(read).transpose()
}

pub(super) async fn all(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
) -> Result<Vec<IngestAddress>, StorageError> {
    let rows = sqlx::query("SELECT * FROM ingest_addresses WHERE tenant = ? ORDER BY id DESC")
        .bind(tenant.as_str())
        .fetch_all(connection)
        .await
        .map_err(storage_error)?;
    rows.iter().map(read).collect()
}

pub(super) async fn insert(
    connection: &mut SqliteConnection,
    one: &IngestAddress,
    key_digest: &[u8; 32],
) -> Result<(), StorageError> {
    let (users, topic) = match &one.target {
        IngestTarget::Users(users) => (Some(users), None),
        IngestTarget::Topic(topic) => (None, Some(topic.as_str())),
        IngestTarget::Named => (None, None),
    };
    let users = users.map(|all| serde_json::to_string(all).expect("names can be written"));
    let settings = serde_json::to_string(&one.settings).expect("names and texts can be written");
    sqlx::query(
        "INSERT INTO ingest_addresses (tenant, id, kind, name, key_digest, users, topic, settings, \
         sealed, created_at, revoked_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(one.tenant.as_str())
    .bind(one.id.0)
    .bind(one.kind.name())
    .bind(&one.name)
    .bind(&key_digest[..])
    .bind(users)
    .bind(topic)
    .bind(settings)
    .bind(&one.sealed)
    .bind(micros(one.created_at))
    .bind(one.revoked_at.map(micros))
    .execute(connection)
    .await
    .map_err(storage_error)?;
    Ok(())
}

pub(super) async fn revoke(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    id: IngestId,
    at: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let done = sqlx::query(
        "UPDATE ingest_addresses SET revoked_at = ? \
         WHERE tenant = ? AND id = ? AND revoked_at IS NULL",
    )
    .bind(micros(at))
    .bind(tenant.as_str())
    .bind(id.0)
    .execute(&mut *connection)
    .await
    .map_err(storage_error)?;
    sqlx::query("DELETE FROM ingest_groups WHERE tenant = ? AND address_id = ?")
        .bind(tenant.as_str())
        .bind(id.0)
        .execute(connection)
        .await
        .map_err(storage_error)?;
    Ok(done.rows_affected() > 0)
}

pub(super) async fn remove(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    ids: &[IngestId],
) -> Result<(), StorageError> {
    for id in ids {
        sqlx::query("DELETE FROM ingest_addresses WHERE tenant = ? AND id = ?")
            .bind(tenant.as_str())
            .bind(id.0)
            .execute(&mut *connection)
            .await
            .map_err(storage_error)?;
    }
    Ok(())
}

/// Takes a person out of all addresses; says how many named them.
pub(crate) async fn forget(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    user: &UserId,
) -> Result<u64, StorageError> {
    let done = sqlx::query(
        "UPDATE ingest_addresses SET users = \
             (SELECT json_group_array(value) FROM json_each(users) WHERE value <> ?2) \
         WHERE tenant = ?1 AND users IS NOT NULL \
             AND EXISTS (SELECT 1 FROM json_each(users) WHERE value = ?2)",
    )
    .bind(tenant.as_str())
    .bind(user.as_str())
    .execute(connection)
    .await
    .map_err(storage_error)?;
    Ok(done.rows_affected())
}

/// What goes to a user who is merged into another one goes to that one, once.
pub(crate) async fn rename(
    connection: &mut SqliteConnection,
    merge: &UserMerge,
) -> Result<(), StorageError> {
    let rows = sqlx::query(
        "SELECT id, users FROM ingest_addresses WHERE tenant = ?1 AND users IS NOT NULL \
             AND EXISTS (SELECT 1 FROM json_each(users) WHERE value = ?2)",
    )
    .bind(merge.tenant.as_str())
    .bind(merge.from.as_str())
    .fetch_all(&mut *connection)
    .await
    .map_err(storage_error)?;
    for row in &rows {
        let (id, users): (Uuid, &str) = (get(row, "id")?, get(row, "users")?);
        let users: Vec<String> =
            serde_json::from_str(users).map_err(|error| undecodable(TABLE, "users", error))?;
        let renamed = merge.renamed(&users);
        let renamed =
            serde_json::to_string(&renamed).map_err(|error| undecodable(TABLE, "users", error))?;
        sqlx::query("UPDATE ingest_addresses SET users = ?3 WHERE tenant = ?1 AND id = ?2")
            .bind(merge.tenant.as_str())
            .bind(id)
            .bind(renamed)
            .execute(&mut *connection)
            .await
            .map_err(storage_error)?;
    }
    Ok(())
}

fn read(row: &SqliteRow) -> Result<IngestAddress, StorageError> {
    let users: Option<&str> = get(row, "users")?;
    let topic: Option<&str> = get(row, "topic")?;
    let target = match (users, topic) {
        (Some(users), _) => {
            let users = serde_json::from_str(users);
            IngestTarget::Users(users.map_err(|error| undecodable(TABLE, "users", error))?)
        }
        (None, Some(topic)) => IngestTarget::Topic(
            TopicKey::parse(topic).map_err(|error| undecodable(TABLE, "topic", error))?,
        ),
        (None, None) => IngestTarget::Named,
    };
    let kind: &str = get(row, "kind")?;
    Ok(IngestAddress {
        id: IngestId(get(row, "id")?),
        tenant: tenant(row)?,
        kind: kind
            .parse()
            .map_err(|error| undecodable(TABLE, "kind", error))?,
        name: get(row, "name")?,
        target,
        settings: serde_json::from_str(get(row, "settings")?)
            .map_err(|error| undecodable(TABLE, "settings", error))?,
        sealed: get(row, "sealed")?,
        created_at: moment(get(row, "created_at")?)?,
        revoked_at: get_moment(row, "revoked_at")?,
    })
}
