//! What calls say of addresses.

use campanile_domain::{AddressFate, Channel};
use campanile_storage::{FinishedDelivery, StorageError};
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;

use crate::error::storage_error;
use crate::rows::micros;

/// Takes addresses out of use that a provider says are gone or another account's.
pub(crate) async fn settle_address(
    connection: &mut SqliteConnection,
    result: &FinishedDelivery,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let began = result.address_known_at(now);
    let sql = match (result.address, result.channel) {
        (AddressFate::Kept, _) => return Ok(()),
        (AddressFate::Gone, channel) if channel.is_push() => {
            "DELETE FROM devices WHERE tenant = ?1 AND last_seen <= ?4 AND (user_id, kind || ':' || \
             value) = (SELECT n.user_id, d.address FROM deliveries d JOIN notifications n \
             ON n.tenant = d.tenant AND n.id = d.notification_id \
             WHERE d.tenant = ?1 AND d.notification_id = ?2 AND d.id = ?3)"
        }
        (AddressFate::Detached, channel) if channel.is_push() => {
            "UPDATE devices SET detached_at = ?5 WHERE tenant = ?1 AND last_seen <= ?4 AND (user_id, \
             kind || ':' || value) = (SELECT n.user_id, d.address FROM deliveries d \
             JOIN notifications n ON n.tenant = d.tenant AND n.id = d.notification_id \
             WHERE d.tenant = ?1 AND d.notification_id = ?2 AND d.id = ?3)"
        }
        (_, Channel::Email) => {
            "UPDATE users SET email_gone_at = ?5 WHERE tenant = ?1 AND updated_at <= ?4 AND \
             (user_id, email) = (SELECT n.user_id, d.address FROM deliveries d \
             JOIN notifications n ON n.tenant = d.tenant AND n.id = d.notification_id \
             WHERE d.tenant = ?1 AND d.notification_id = ?2 AND d.id = ?3)"
        }
        _ if result.is_to_user => {
            "UPDATE user_addresses SET gone_at = ?5 WHERE tenant = ?1 AND updated_at <= ?4 AND \
             (user_id, channel, 'user:' || address) = (SELECT n.user_id, d.channel, d.address \
             FROM deliveries d JOIN notifications n \
             ON n.tenant = d.tenant AND n.id = d.notification_id \
             WHERE d.tenant = ?1 AND d.notification_id = ?2 AND d.id = ?3)"
        }
        _ => return Ok(()),
    };
    let settled = sqlx::query(sql)
        .bind(result.tenant.as_str())
        .bind(result.notification_id.0)
        .bind(result.delivery_id.0)
        .bind(micros(began))
        .bind(micros(now))
        .execute(&mut *connection)
        .await
        .map_err(storage_error)?;
    if result.channel != Channel::Email || settled.rows_affected() == 0 {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO suppressions (tenant, channel, address, notification_type, reason, source, \
         since, user_id) SELECT u.tenant, 'email', lower(u.email), '', 'hard_bounce', 'delivery', ?4, u.user_id \
         FROM notifications n JOIN users u ON u.tenant = n.tenant AND u.user_id = n.user_id \
         WHERE n.tenant = ?1 AND n.id = ?2 AND u.email_gone_at IS NOT NULL AND u.email = \
         (SELECT d.address FROM deliveries d WHERE d.tenant = ?1 AND d.notification_id = ?2 AND d.id = ?3) \
         ON CONFLICT DO NOTHING",
    )
    .bind(result.tenant.as_str())
    .bind(result.notification_id.0)
    .bind(result.delivery_id.0)
    .bind(micros(now))
    .execute(connection)
    .await
    .map(drop)
    .map_err(storage_error)
}
