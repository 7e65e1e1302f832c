//! From the list back into the schedule.

use campanile_domain::{DeliveryId, Lane, NotificationId, TenantId};
use campanile_storage::{DeadLetterFilter, DeadLetterTaken, StorageError};
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;

use super::choose::{REPLAYABLE, taking};
use crate::error::storage_error;
use crate::rows::{channel, get, micros};

/// Takes the oldest that match off the list.
pub(super) async fn take(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    filter: &DeadLetterFilter,
    limit: u32,
) -> Result<Vec<DeadLetterTaken>, StorageError> {
    let mut query = taking(tenant, filter, REPLAYABLE, limit);
    query.push(" RETURNING id, notification_id, channel, lane");
    let rows = query.build().fetch_all(connection).await;
    let rows = rows.map_err(storage_error)?;
    let read = |row| {
        Ok(DeadLetterTaken {
            delivery: DeliveryId(get(row, "id")?),
            notification: NotificationId(get(row, "notification_id")?),
            channel: channel(get(row, "channel")?)?,
            lane: Lane::from_rank(get(row, "lane")?),
        })
    };
    rows.iter().map(read).collect()
}

/// Due now, with the whole ladder before it.
pub(super) async fn revive(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    taken: &DeadLetterTaken,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let (id, notification) = (taken.delivery.0, taken.notification.0);
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
    .bind(taken.channel.name())
    .bind(taken.lane.rank())
    .bind(micros(now))
    .execute(connection)
    .await
    .map(drop)
    .map_err(storage_error)
}
