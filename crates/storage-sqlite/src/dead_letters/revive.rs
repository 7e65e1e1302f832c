//! From the list back into the schedule.

use campanile_domain::TenantId;
use campanile_storage::StorageError;
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use crate::error::storage_error;
use crate::rows::{get, micros};

/// Due now, with the whole ladder before it.
pub(super) async fn revive(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    row: &SqliteRow,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let (id, notification): (Uuid, Uuid) = (get(row, "id")?, get(row, "notification_id")?);
    let revived = sqlx::query(
        "UPDATE deliveries SET state = 'retrying', reason = NULL, next_attempt_at = ?4, \
         updated_at = ?4, unfinished_starts = 0, started_account = NULL, \
         ladder_from = json_array_length(attempts) \
         WHERE tenant = ?1 AND notification_id = ?2 AND id = ?3 AND state = 'dead'",
    )
    .bind(tenant.as_str())
    .bind(notification)
    .bind(id)
    .bind(micros(now))
    .execute(&mut *connection)
    .await
    .map_err(storage_error)?;
    if revived.rows_affected() == 0 {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO schedule (tenant, key, kind, notification_id, channel, lane, due_at) \
         VALUES (?, ?, 'retry', ?, ?, ?, ?) \
         ON CONFLICT (tenant, key) DO UPDATE SET due_at = excluded.due_at",
    )
    .bind(tenant.as_str())
    .bind(id)
    .bind(notification)
    .bind(get::<&str>(row, "channel")?)
    .bind(get::<i16>(row, "lane")?)
    .bind(micros(now))
    .execute(connection)
    .await
    .map(drop)
    .map_err(storage_error)
}
