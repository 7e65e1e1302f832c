//! What is moved when a merge ends.

use campanile_domain::{Device, MergeCounts, UserFacts, UserMerge};
use campanile_storage::StorageError;
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use crate::error::storage_error;
use crate::rows::{get, get_moment, micros};
use crate::{ingest, topics};

pub(super) async fn give(
    connection: &mut SqliteConnection,
    merge: &UserMerge,
    now: DateTime<Utc>,
) -> Result<MergeCounts, StorageError> {
    let (tenant, from, into) = (&merge.tenant, &merge.from, &merge.into);
    facts(&mut *connection, merge, now).await?;
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

/// The row of the kept user, where there is one, is completed; where there is none, that of the other one gets the name.
async fn facts(
    connection: &mut SqliteConnection,
    merge: &UserMerge,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let found = sqlx::query(
        "SELECT user_id, email, email_gone_at, locale, timezone, attributes FROM users \
         WHERE tenant = ? AND user_id IN (?, ?)",
    )
    .bind(merge.tenant.as_str())
    .bind(merge.from.as_str())
    .bind(merge.into.as_str())
    .fetch_all(&mut *connection)
    .await
    .map_err(storage_error)?;
    let (mut from, mut into) = (None, None);
    for row in &found {
        match get::<&str>(row, "user_id")? == merge.from.as_str() {
            true => from = Some(read(row)?),
            false => into = Some(read(row)?),
        }
    }
    let Some(from) = from else { return Ok(()) };
    let Some(into) = into else {
        sqlx::query(
            "UPDATE users SET user_id = ?, updated_at = ? WHERE tenant = ? AND user_id = ?",
        )
        .bind(merge.into.as_str())
        .bind(micros(now))
        .bind(merge.tenant.as_str())
        .bind(merge.from.as_str())
        .execute(connection)
        .await
        .map_err(storage_error)?;
        return Ok(());
    };
    let whole = into.completed_by(from);
    sqlx::query(
        "UPDATE users SET email = ?, email_gone_at = ?, locale = ?, timezone = ?, attributes = ?, updated_at = ? \
         WHERE tenant = ? AND user_id = ?",
    )
    .bind(&whole.email)
    .bind(whole.email_gone_at.map(micros))
    .bind(&whole.locale)
    .bind(&whole.timezone)
    .bind(&whole.attributes)
    .bind(micros(now))
    .bind(merge.tenant.as_str())
    .bind(merge.into.as_str())
    .execute(connection)
    .await
    .map_err(storage_error)?;
    Ok(())
}

fn read(row: &SqliteRow) -> Result<UserFacts, StorageError> {
    Ok(UserFacts {
        email: get(row, "email")?,
        email_gone_at: get_moment(row, "email_gone_at")?,
        locale: get(row, "locale")?,
        timezone: get(row, "timezone")?,
        attributes: get(row, "attributes")?,
    })
}
