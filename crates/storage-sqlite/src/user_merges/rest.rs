//! What is moved when a merge ends.

use campanile_domain::{Device, MergeCounts, UserMerge};
use campanile_storage::StorageError;
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;

use crate::error::storage_error;
use crate::rows::micros;
use crate::{ingest, topics};

pub(super) async fn give(
    connection: &mut SqliteConnection,
    merge: &UserMerge,
    now: DateTime<Utc>,
) -> Result<MergeCounts, StorageError> {
    let (tenant, from, into) = (&merge.tenant, &merge.from, &merge.into);
    let mut moved = [0; 2];
    for (place, sql) in [
        "UPDATE devices SET user_id = ?3 WHERE tenant = ?1 AND user_id = ?2",
        "UPDATE user_addresses AS o SET user_id = ?3 WHERE o.tenant = ?1 AND o.user_id = ?2 AND NOT EXISTS ( \
             SELECT 1 FROM user_addresses k \
             WHERE k.tenant = ?1 AND k.user_id = ?3 AND k.channel = o.channel)",
        "UPDATE OR IGNORE preferences SET user_id = ?3 WHERE tenant = ?1 AND user_id = ?2",
        "UPDATE suppressions SET user_id = ?3 WHERE tenant = ?1 AND user_id = ?2",
        // What waits for the quiet hours of the one is looked at by those of the other.
        "UPDATE schedule SET user_id = ?3, due_at = ?4 WHERE tenant = ?1 AND user_id = ?2",
        // The kept user's row, where there is one, takes what it lacks; attributes whole, or not.
        "UPDATE users AS k SET email = coalesce(k.email, o.email), \
             email_gone_at = CASE WHEN k.email IS NULL THEN o.email_gone_at ELSE k.email_gone_at END, \
             locale = coalesce(k.locale, o.locale), timezone = coalesce(k.timezone, o.timezone), \
             attributes = CASE WHEN k.attributes = '{}' THEN o.attributes ELSE k.attributes END, updated_at = ?4 \
         FROM users o WHERE k.tenant = ?1 AND k.user_id = ?3 AND o.tenant = ?1 AND o.user_id = ?2",
        // Where there is none, the row changes its name.
        "UPDATE OR IGNORE users SET user_id = ?3, updated_at = ?4 WHERE tenant = ?1 AND user_id = ?2",
        // Those of the kept user that are too many now; the ones that were used last stay.
        "DELETE FROM devices WHERE tenant = ?1 AND user_id = ?3 AND id IN ( \
             SELECT id FROM devices WHERE tenant = ?1 AND user_id = ?3 \
             ORDER BY last_seen DESC, id DESC LIMIT -1 OFFSET ?5)",
        "DELETE FROM user_addresses WHERE tenant = ?1 AND user_id = ?2",
        "DELETE FROM preferences WHERE tenant = ?1 AND user_id = ?2",
        "DELETE FROM plan_marks WHERE tenant = ?1 AND user_id = ?2",
        "DELETE FROM users WHERE tenant = ?1 AND user_id = ?2",
    ]
    .into_iter()
    .enumerate()
    {
        let most = i64::try_from(Device::MAX_PER_USER).unwrap_or(i64::MAX);
        let mut statement = sqlx::query(sql)
            .bind(tenant.as_str())
            .bind(from.as_str());
        if sql.contains("?3") {
            statement = statement.bind(into.as_str());
        }
        if sql.contains("?4") || sql.contains("?5") {
            statement = statement.bind(micros(now));
        }
        if sql.contains("?5") {
            statement = statement.bind(most);
        }
        let done = statement.execute(&mut *connection).await;
        let rows = done.map_err(storage_error)?.rows_affected();
        if let Some(moved) = moved.get_mut(place) {
            *moved = rows;
        }
    }
    topics::forget(&mut *connection, tenant, from).await?;
    ingest::rename(connection, merge).await?;
    let [devices, addresses] = moved;
    Ok(MergeCounts {
        devices,
        addresses,
        ..MergeCounts::default()
    })
}
