//! Putting deliveries and messages on the list.

use campanile_domain::Channel;
use campanile_storage::{BuriedMessage, FinishedDelivery, StorageError, UNREADABLE_MESSAGE};
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;

use crate::error::storage_error;
use crate::rows::micros;

/// Puts a message on the list; says whether it was not there.
pub(super) async fn bury_message(
    connection: &mut SqliteConnection,
    message: &BuriedMessage,
) -> Result<u64, StorageError> {
    sqlx::query(
        "INSERT INTO dead_letters (tenant, id, channel, lane, code, detail, attempts, died_at) \
         VALUES (?, ?, ?, ?, ?, ?, 0, ?) ON CONFLICT (tenant, id) DO NOTHING",
    )
    .bind(message.tenant.as_str())
    .bind(message.id.0)
    .bind(message.channel.map(Channel::name))
    .bind(message.lane.rank())
    .bind(UNREADABLE_MESSAGE)
    .bind(&message.detail)
    .bind(micros(message.died_at))
    .execute(connection)
    .await
    .map(|done| done.rows_affected())
    .map_err(storage_error)
}

/// Notes a delivery that has just died.
pub(crate) async fn bury(
    connection: &mut SqliteConnection,
    result: &FinishedDelivery,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let (code, detail) = result.failure_summary();
    sqlx::query(
        "INSERT INTO dead_letters (tenant, id, notification_id, user_id, channel, lane, code, \
         detail, attempts, died_at) \
         SELECT d.tenant, d.id, d.notification_id, n.user_id, d.channel, ?4, ?5, ?6, \
         json_array_length(d.attempts), ?7 \
         FROM deliveries d JOIN notifications n ON n.tenant = d.tenant AND n.id = d.notification_id \
         WHERE d.tenant = ?1 AND d.notification_id = ?2 AND d.id = ?3 \
         ON CONFLICT (tenant, id) DO NOTHING",
    )
    .bind(result.tenant.as_str())
    .bind(result.notification_id.0)
    .bind(result.delivery_id.0)
    .bind(result.lane.rank())
    .bind(code)
    .bind(detail)
    .bind(micros(now))
    .execute(connection)
    .await
    .map(drop)
    .map_err(storage_error)
}
