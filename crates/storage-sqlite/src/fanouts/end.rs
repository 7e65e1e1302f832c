//! The end of a fan-out: its work goes, and its row says how it ended.

use campanile_domain::{FanoutId, FanoutStatus, TenantId};
use campanile_storage::StorageError;
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;

use crate::error::storage_error;
use crate::rows::micros;

/// Ends a fan-out that is not over: its work goes, and its row says how it ended. `false` if it was
/// over already, or was never there.
pub(super) async fn end(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    id: FanoutId,
    status: FanoutStatus,
    made: u64,
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let expanded: Option<i64> = sqlx::query_scalar(
        "DELETE FROM fanout_work WHERE tenant = ? AND id = ? RETURNING expanded",
    )
    .bind(tenant.as_str())
    .bind(id.0)
    .fetch_optional(&mut *connection)
    .await
    .map_err(storage_error)?;
    let Some(expanded) = expanded else {
        return Ok(false);
    };
    sqlx::query(
        "UPDATE fanouts SET status = ?3, expanded = ?4, updated_at = ?5, finished_at = ?5 \
         WHERE tenant = ?1 AND id = ?2",
    )
    .bind(tenant.as_str())
    .bind(id.0)
    .bind(status.name())
    .bind(expanded.saturating_add(i64::try_from(made).unwrap_or(i64::MAX)))
    .bind(micros(now))
    .execute(connection)
    .await
    .map(|_| true)
    .map_err(storage_error)
}

/// One that was over in another way is cancelled now, and kept for a whole term from now on.
pub(super) async fn mark_cancelled(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    id: FanoutId,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    sqlx::query(
        "UPDATE fanouts SET status = 'cancelled', updated_at = ?3, finished_at = ?3 \
         WHERE tenant = ?1 AND id = ?2 AND status <> 'cancelled'",
    )
    .bind(tenant.as_str())
    .bind(id.0)
    .bind(micros(now))
    .execute(connection)
    .await
    .map(drop)
    .map_err(storage_error)
}
