//! Rows of groups of alerts.

use campanile_domain::{FanoutId, IngestGroup, IngestId, NotificationId, TenantId};
use campanile_storage::StorageError;
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;
use uuid::Uuid;

use crate::error::{storage_error, undecodable};
use crate::rows::{get, micros, moment, pack, unpack};

/// Groups in one transaction.
pub(super) const EXPIRED_AT_ONCE: u64 = 1_000;

pub(super) async fn one(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    address: IngestId,
    digest: &[u8; 32],
) -> Result<Option<IngestGroup>, StorageError> {
    let row = sqlx::query(
        "SELECT last_state, notification_ids, fanout_id, changes, updated_at FROM ingest_groups \
         WHERE tenant = ? AND address_id = ? AND digest = ?",
    )
    .bind(tenant.as_str())
    .bind(address.0)
    .bind(&digest[..])
    .fetch_optional(connection)
    .await
    .map_err(storage_error)?;
    let Some(row) = row else { return Ok(None) };
    let state: &[u8] = get(&row, "last_state")?;
    let state = state.try_into();
    let ids: &[u8] = get(&row, "notification_ids")?;
    let fanout: Option<Uuid> = get(&row, "fanout_id")?;
    Ok(Some(IngestGroup {
        address,
        digest: *digest,
        state: state.map_err(|error| undecodable("ingest_groups", "last_state", error))?,
        notifications: unpack(ids).map(NotificationId).collect(),
        fanout: fanout.map(FanoutId),
        changes: get::<i64>(&row, "changes")?.unsigned_abs(),
        updated_at: moment(get(&row, "updated_at")?)?,
    }))
}

pub(super) async fn put(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    group: &IngestGroup,
) -> Result<(), StorageError> {
    sqlx::query(
        "INSERT INTO ingest_groups (tenant, address_id, digest, last_state, notification_ids, fanout_id, \
         updated_at, changes) VALUES (?, ?, ?, ?, ?, ?, ?, ?) \
         ON CONFLICT (tenant, address_id, digest) DO UPDATE SET \
             last_state = excluded.last_state, notification_ids = excluded.notification_ids, fanout_id = excluded.fanout_id, \
             updated_at = excluded.updated_at, changes = max(changes, excluded.changes)",
    )
    .bind(tenant.as_str())
    .bind(group.address.0)
    .bind(&group.digest[..])
    .bind(&group.state[..])
    .bind(pack(group.notifications.iter().map(|id| id.0)))
    .bind(group.fanout.map(|id| id.0))
    .bind(micros(group.updated_at))
    .bind(i64::try_from(group.changes).unwrap_or(i64::MAX))
    .execute(connection)
    .await
    .map_err(storage_error)?;
    Ok(())
}

pub(super) async fn expire(
    connection: &mut SqliteConnection,
    before: DateTime<Utc>,
) -> Result<u64, StorageError> {
    let done = sqlx::query(
        "DELETE FROM ingest_groups WHERE (tenant, address_id, digest) IN ( \
         SELECT tenant, address_id, digest FROM ingest_groups WHERE updated_at < ? \
         ORDER BY updated_at LIMIT ?)",
    )
    .bind(micros(before))
    .bind(i64::try_from(EXPIRED_AT_ONCE).unwrap_or(i64::MAX))
    .execute(connection)
    .await
    .map_err(storage_error)?;
    Ok(done.rows_affected())
}
