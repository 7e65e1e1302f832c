//! Deliveries that take the place of those whose address was lost.

use campanile_sealing::KeyRing;
use campanile_storage::{DeferredDelivery, Replacement, StorageError, deferral_json};
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;

use crate::addresses::AsInBook;
use crate::deferred;
use crate::error::storage_error;
use crate::keys::to_seal;
use crate::rows::micros;

/// A new row for each address that has none yet of its notification, and one in the schedule. The lost
/// delivery's row has to be there, at its end.
pub(crate) async fn replace(
    connection: &mut SqliteConnection,
    ring: &KeyRing,
    as_in_book: &AsInBook,
    replacements: &[Replacement<'_>],
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    for Replacement { lost, line } in replacements {
        let deferral = line.reason.zip(line.until);
        let keys = to_seal(ring, connection, &lost.tenant, false).await?;
        let address =
            as_in_book.to_store(keys.as_deref(), &lost.tenant, line.channel, &line.address);
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
        .bind(address)
        .bind(line.state.name())
        .bind(line.reason)
        .bind(micros(now))
        .bind(deferral.map(|(reason, until)| deferral_json(now, reason, until)))
        .execute(&mut *connection)
        .await
        .map_err(storage_error)?;
        if added.rows_affected() == 0 {
            continue;
        }
        let waits = DeferredDelivery {
            delivery: line.id,
            tenant: lost.tenant.clone(),
            user: lost.user.clone(),
            notification: lost.notification,
            channel: lost.channel,
            lane: lost.lane,
            until: now,
        };
        deferred::insert(connection, &waits).await?;
    }
    Ok(())
}
