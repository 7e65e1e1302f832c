//! Deliveries that wait because their users are not to be disturbed.

use campanile_storage::{DeferredDelivery, StorageError};
use sqlx::SqliteConnection;

use crate::error::storage_error;
use crate::rows::micros;

/// Puts it into the schedule, where a change of its user's choices finds it.
pub(crate) async fn insert(
    connection: &mut SqliteConnection,
    one: &DeferredDelivery,
) -> Result<(), StorageError> {
    sqlx::query(
        "INSERT INTO schedule (tenant, key, kind, notification_id, channel, lane, due_at, user_id) \
         VALUES (?1, ?2, 'retry', ?3, ?4, ?5, ?6, ?7) \
         ON CONFLICT (tenant, key) DO UPDATE SET due_at = ?6, user_id = ?7",
    )
    .bind(one.tenant.as_str())
    .bind(one.delivery.0)
    .bind(one.notification.0)
    .bind(one.channel.name())
    .bind(one.lane.rank())
    .bind(micros(one.until))
    .bind(one.user.as_str())
    .execute(connection)
    .await
    .map(drop)
    .map_err(storage_error)
}
