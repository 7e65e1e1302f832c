//! The rows of recalls themselves.

use campanile_domain::{FanoutId, TenantId};
use campanile_storage::{RecallInHand, StorageError};
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;

use crate::error::storage_error;
use crate::rows::{get, micros, moment, tenant};

/// Leaves the recall, where something may be cancelled and it is not under way.
pub(super) async fn insert(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    id: FanoutId,
    marks_read: bool,
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    sqlx::query(
        "INSERT INTO fanout_recalls (tenant, id, due_at, updated_at, marks_read) \
         SELECT ?1, ?2, ?3, ?3, ?4 WHERE EXISTS (\
             SELECT 1 FROM fanout_batches WHERE tenant = ?1 AND fanout_id = ?2) \
         ON CONFLICT (tenant, id) DO NOTHING",
    )
    .bind(tenant.as_str())
    .bind(id.0)
    .bind(micros(now))
    .bind(marks_read)
    .execute(connection)
    .await
    .map(|done| done.rows_affected() > 0)
    .map_err(storage_error)
}

/// The recall whose turn it is. The one writer is the lock.
pub(super) async fn next(
    connection: &mut SqliteConnection,
    after: Option<&TenantId>,
    now: DateTime<Utc>,
) -> Result<Option<RecallInHand>, StorageError> {
    let row = sqlx::query(
        "SELECT tenant, id, marks_read, updated_at FROM fanout_recalls WHERE due_at <= ?1 \
         ORDER BY tenant <= ?2, tenant, updated_at, id LIMIT 1",
    )
    .bind(micros(now))
    .bind(after.map_or("", TenantId::as_str))
    .fetch_optional(connection)
    .await
    .map_err(storage_error)?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(RecallInHand {
        tenant: tenant(&row)?,
        id: FanoutId(get(&row, "id")?),
        marks_read: get(&row, "marks_read")?,
        updated_at: moment(get(&row, "updated_at")?)?,
    }))
}

pub(super) async fn advance(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    id: FanoutId,
    recalled: u64,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    sqlx::query(
        "UPDATE fanout_recalls SET recalled = recalled + ?3, failures = 0, updated_at = ?4 \
         WHERE tenant = ?1 AND id = ?2",
    )
    .bind(tenant.as_str())
    .bind(id.0)
    .bind(i64::try_from(recalled).unwrap_or(i64::MAX))
    .bind(micros(now))
    .execute(connection)
    .await
    .map(drop)
    .map_err(storage_error)
}

/// The recall goes, and the fan-out's row says what came of it.
pub(super) async fn end(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    id: FanoutId,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let recalled: i64 = sqlx::query_scalar(
        "DELETE FROM fanout_recalls WHERE tenant = ? AND id = ? RETURNING recalled",
    )
    .bind(tenant.as_str())
    .bind(id.0)
    .fetch_one(&mut *connection)
    .await
    .map_err(storage_error)?;
    sqlx::query(
        "UPDATE fanouts SET recalled = recalled + ?3, updated_at = ?4 WHERE tenant = ?1 AND id = ?2",
    )
    .bind(tenant.as_str())
    .bind(id.0)
    .bind(recalled)
    .bind(micros(now))
    .execute(connection)
    .await
    .map(drop)
    .map_err(storage_error)
}
