//! What calls say of addresses.

use campanile_domain::{AddressFate, Channel};
use campanile_sealing::{AddressKind, KeyRing};
use campanile_storage::{FinishedDelivery, StorageError};
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;

use crate::addresses::list;
use crate::error::storage_error;
use crate::keys;
use crate::rows::{get, micros};

/// Takes addresses out of use that a provider says are gone or another account's.
pub(crate) async fn settle_address(
    connection: &mut SqliteConnection,
    ring: &KeyRing,
    result: &FinishedDelivery,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let began = result.address_known_at(now);
    let sql = match (result.address, result.channel) {
        (AddressFate::Kept, _) => return Ok(()),
        (AddressFate::Gone, channel) if channel.is_push() => {
            "DELETE FROM devices WHERE tenant = ?1 AND user_id = ?2 AND last_seen <= ?4 \
             AND kind || ':' || value IN (SELECT value FROM json_each(?3))"
        }
        (AddressFate::Detached, channel) if channel.is_push() => {
            "UPDATE devices SET detached_at = ?5 WHERE tenant = ?1 AND user_id = ?2 AND last_seen <= ?4 \
             AND kind || ':' || value IN (SELECT value FROM json_each(?3))"
        }
        (_, Channel::Email) => {
            "UPDATE users SET email_gone_at = ?5 WHERE tenant = ?1 AND user_id = ?2 AND updated_at <= ?4 \
             AND email IN (SELECT value FROM json_each(?3))"
        }
        _ if result.is_to_user => {
            "UPDATE user_addresses SET gone_at = ?5 WHERE tenant = ?1 AND user_id = ?2 AND updated_at <= ?4 \
             AND channel = ?6 AND 'user:' || address IN (SELECT value FROM json_each(?3))"
        }
        _ => return Ok(()),
    };
    let Some((user, forms)) = called(connection, ring, result).await? else {
        return Ok(());
    };
    let settled = sqlx::query(sql)
        .bind(result.tenant.as_str())
        .bind(&user)
        .bind(list(&forms))
        .bind(micros(began))
        .bind(micros(now))
        .bind(result.channel.name())
        .execute(&mut *connection)
        .await
        .map_err(storage_error)?;
    if result.channel != Channel::Email || settled.rows_affected() == 0 {
        return Ok(());
    }
    suppress(connection, ring, result, now).await
}

/// Whose delivery it is, and its address in each form that the address book may have: that may have got another form since the
/// delivery was planned.
async fn called(
    connection: &mut SqliteConnection,
    ring: &KeyRing,
    result: &FinishedDelivery,
) -> Result<Option<(String, Vec<String>)>, StorageError> {
    let row = sqlx::query(
        "SELECT n.user_id, d.address FROM deliveries d \
         JOIN notifications n ON n.tenant = d.tenant AND n.id = d.notification_id \
         WHERE d.tenant = ? AND d.notification_id = ? AND d.id = ?",
    )
    .bind(result.tenant.as_str())
    .bind(result.notification_id.0)
    .bind(result.delivery_id.0)
    .fetch_optional(&mut *connection)
    .await
    .map_err(storage_error)?;
    let Some(row) = row else { return Ok(None) };
    let stored: &str = get(&row, "address")?;
    let opening = keys::opening(ring, connection, &result.tenant).await?;
    let forms = match opening.address_of(result.channel, stored) {
        Some(plain) => opening.forms_of(result.channel, &plain)?,
        None => vec![stored.to_owned()],
    };
    Ok(Some((get(&row, "user_id")?, forms)))
}

/// Puts the mailbox on the list, whatever form an entry of it may have.
async fn suppress(
    connection: &mut SqliteConnection,
    ring: &KeyRing,
    result: &FinishedDelivery,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let row = sqlx::query(
        "SELECT u.user_id, u.email FROM notifications n \
         JOIN users u ON u.tenant = n.tenant AND u.user_id = n.user_id \
         WHERE n.tenant = ? AND n.id = ? AND u.email_gone_at IS NOT NULL AND u.email IS NOT NULL",
    )
    .bind(result.tenant.as_str())
    .bind(result.notification_id.0)
    .fetch_optional(&mut *connection)
    .await
    .map_err(storage_error)?;
    let Some(row) = row else { return Ok(()) };
    let opening = keys::opening(ring, connection, &result.tenant).await?;
    let Some(email) = opening.address(AddressKind::Email, get(&row, "email")?) else {
        return Ok(());
    };
    let (tenant, listed) = (&result.tenant, email.to_ascii_lowercase());
    let forms = opening.forms(AddressKind::Email, &listed)?;
    // In the open if the key is another master key's: the results of others do not wait for it.
    let sealing = keys::to_seal(ring, connection, tenant, false).await?;
    let sealed = sealing.map(|keys| keys.seal_address(AddressKind::Email, &listed));
    let stored = sealed.and_then(Result::ok).unwrap_or(listed);
    sqlx::query(
        "INSERT INTO suppressions (tenant, channel, address, notification_type, reason, source, \
         since, user_id) SELECT ?1, 'email', ?2, '', 'hard_bounce', 'delivery', ?3, ?4 WHERE NOT EXISTS ( \
         SELECT 1 FROM suppressions WHERE tenant = ?1 AND channel = 'email' AND notification_type = '' \
         AND address IN (SELECT value FROM json_each(?5)))",
    )
    .bind(tenant.as_str())
    .bind(stored)
    .bind(micros(now))
    .bind(get::<&str>(&row, "user_id")?)
    .bind(list(&forms))
    .execute(connection)
    .await
    .map(drop)
    .map_err(storage_error)
}
