//! Deliveries that wait because their users are not to be disturbed, for the relay and the scheduler.

use campanile_domain::{Channel, Deferral, DeliveryId, NotificationId, TenantId, UserId};
use campanile_storage::StorageError;
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;

use crate::error::storage_error;
use crate::rows::micros;

/// A delivery that waits.
pub(crate) struct Deferred<'a> {
    pub(crate) tenant: &'a TenantId,
    pub(crate) user: &'a UserId,
    pub(crate) notification: NotificationId,
    pub(crate) delivery: DeliveryId,
    pub(crate) channel: Channel,
    pub(crate) lane: i16,
    pub(crate) until: DateTime<Utc>,
}

/// What is kept of a deferral in its delivery's row, as JSON.
pub(crate) fn written(at: DateTime<Utc>, reason: &str, until: DateTime<Utc>) -> String {
    let deferral = Deferral {
        at,
        reason: reason.to_owned(),
        until,
    };
    serde_json::to_string(&deferral).expect("moments and a code always serialise")
}

/// Puts it into the schedule, where a change of its user's choices finds it.
pub(crate) async fn insert(
    connection: &mut SqliteConnection,
    one: &Deferred<'_>,
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
    .bind(one.lane)
    .bind(micros(one.until))
    .bind(one.user.as_str())
    .execute(connection)
    .await
    .map(drop)
    .map_err(storage_error)
}
