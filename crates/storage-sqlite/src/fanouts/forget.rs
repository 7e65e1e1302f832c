//! Removes finished fan-outs that are older than their retention period.

use campanile_domain::{FanoutId, TenantId};
use campanile_storage::{FORGOTTEN_AT_ONCE, FORGOTTEN_BATCHES_AT_ONCE, StorageError};
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;

use crate::error::storage_error;
use crate::rows::micros;

/// Removes rows of what they have made, in one go so many; says how many. A recall that is still at it
/// finds that nothing is left.
pub(super) async fn batches(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    before: DateTime<Utc>,
) -> Result<u64, StorageError> {
    sqlx::query(
        "DELETE FROM fanout_batches WHERE tenant = ?1 AND (fanout_id, first_id) IN (\
             SELECT b.fanout_id, b.first_id FROM fanouts f CROSS JOIN fanout_batches b \
             ON b.tenant = f.tenant AND b.fanout_id = f.id \
             WHERE f.tenant = ?1 AND f.id < ?2 AND f.finished_at < ?3 LIMIT ?4)",
    )
    .bind(tenant.as_str())
    .bind(FanoutId::floor(before).0)
    .bind(micros(before))
    .bind(FORGOTTEN_BATCHES_AT_ONCE)
    .execute(connection)
    .await
    .map(|done| done.rows_affected())
    .map_err(storage_error)
}

/// Removes the fan-outs themselves, in one go so many; says how many.
pub(super) async fn fanouts(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    before: DateTime<Utc>,
) -> Result<u64, StorageError> {
    sqlx::query(
        "DELETE FROM fanouts WHERE tenant = ?1 AND id IN (SELECT id FROM fanouts \
         WHERE tenant = ?1 AND id < ?2 AND finished_at < ?3 ORDER BY id LIMIT ?4)",
    )
    .bind(tenant.as_str())
    .bind(FanoutId::floor(before).0)
    .bind(micros(before))
    .bind(FORGOTTEN_AT_ONCE)
    .execute(connection)
    .await
    .map(|done| done.rows_affected())
    .map_err(storage_error)
}
