//! Deliveries that take the place of one whose address was lost.

use campanile_domain::{Channel, DeliveryId, NotificationId, TenantId, UserId, readdress as lines};
use campanile_storage::StorageError;
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;

use super::usable::addresses;
use crate::deferred::{self, Deferred, written};
use crate::error::storage_error;
use crate::rows::micros;

/// A delivery whose address is not its user's any more.
pub(crate) struct Lost<'a> {
    pub(crate) tenant: &'a TenantId,
    pub(crate) user: &'a UserId,
    pub(crate) notification: NotificationId,
    pub(crate) delivery: DeliveryId,
    pub(crate) channel: Channel,
    pub(crate) lane: i16,
}

/// A new row for each address that has none yet of its notification, and one in the schedule. The lost
/// delivery's row has to be there, at its end.
pub(crate) async fn readdress(
    connection: &mut SqliteConnection,
    lost: &Lost<'_>,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let users = std::slice::from_ref(lost.user);
    let book = addresses(connection, lost.tenant, users).await?;
    let theirs = book.get(lost.user).map_or(&[][..], Vec::as_slice);
    for line in lines(lost.notification, lost.channel, theirs, now) {
        let deferral = line.reason.zip(line.until);
        let added = sqlx::query(
            "INSERT INTO deliveries (tenant, notification_id, id, channel, address, state, reason, \
                 next_attempt_at, deferrals, created_at, updated_at) \
             SELECT tenant, notification_id, ?4, channel, ?5, ?6, ?7, ?8, json_array(json(?9)), ?8, ?8 \
             FROM deliveries WHERE tenant = ?1 AND notification_id = ?2 AND id = ?3 \
                 AND state NOT IN ('queued', 'deferred', 'retrying') \
             ON CONFLICT DO NOTHING",
        )
        .bind(lost.tenant.as_str())
        .bind(lost.notification.0)
        .bind(lost.delivery.0)
        .bind(line.id.0)
        .bind(&line.address)
        .bind(line.state.name())
        .bind(line.reason)
        .bind(micros(now))
        .bind(deferral.map(|(reason, until)| written(now, reason, until)))
        .execute(&mut *connection)
        .await
        .map_err(storage_error)?;
        if added.rows_affected() == 0 {
            continue;
        }
        let waits = Deferred {
            tenant: lost.tenant,
            user: lost.user,
            notification: lost.notification,
            delivery: line.id,
            channel: lost.channel,
            lane: lost.lane,
            until: now,
        };
        deferred::insert(connection, &waits).await?;
    }
    Ok(())
}
