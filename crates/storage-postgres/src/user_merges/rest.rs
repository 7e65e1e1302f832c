//! What is moved when a merge ends.

use campanile_domain::{Device, MergeCounts, UserMerge};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::connection::limit;
use crate::error::Fault;
use crate::{ingest, topics};

/// The kept user's row, where there is one, takes what it lacks. Attributes are one fact: they are taken whole, or not.
const FACTS: &str = "
    UPDATE users k SET
        email = coalesce(k.email, o.email),
        email_gone_at = CASE WHEN k.email IS NULL THEN o.email_gone_at ELSE k.email_gone_at END,
        locale = coalesce(k.locale, o.locale), timezone = coalesce(k.timezone, o.timezone),
        attributes = CASE WHEN k.attributes::text = '{}' THEN o.attributes ELSE k.attributes END,
        updated_at = $4
    FROM users o
    WHERE k.tenant = $1 AND k.user_id = $3 AND o.tenant = $1 AND o.user_id = $2";

/// Where there is none, the row changes its name.
const NAME: &str = "
    UPDATE users o SET user_id = $3, updated_at = $4
    WHERE o.tenant = $1 AND o.user_id = $2
        AND NOT EXISTS (SELECT FROM users k WHERE k.tenant = $1 AND k.user_id = $3)";

/// What waits for the quiet hours of the one is looked at by those of the other.
const WAITING: &str =
    "UPDATE schedule SET user_id = $3, due_at = $4 WHERE tenant = $1 AND user_id = $2";

pub(super) async fn give(
    connection: &mut PgConnection,
    merge: &UserMerge,
    now: DateTime<Utc>,
) -> Result<MergeCounts, Fault> {
    let (tenant, from, into) = (&merge.tenant, &merge.from, &merge.into);
    for statement in [FACTS, NAME, WAITING] {
        sqlx::query(statement)
            .bind(tenant.as_str())
            .bind(from.as_str())
            .bind(into.as_str())
            .bind(now)
            .execute(&mut *connection)
            .await?;
    }
    let mut moved = [0; 2];
    for (place, statement) in [
        "UPDATE devices SET user_id = $3 WHERE tenant = $1 AND user_id = $2",
        "UPDATE user_addresses o SET user_id = $3
         WHERE o.tenant = $1 AND o.user_id = $2 AND NOT EXISTS (
             SELECT FROM user_addresses k WHERE k.tenant = $1 AND k.user_id = $3 AND k.channel = o.channel)",
        "UPDATE preferences o SET user_id = $3
         WHERE o.tenant = $1 AND o.user_id = $2 AND NOT EXISTS (
             SELECT FROM preferences k WHERE k.tenant = $1 AND k.user_id = $3)",
        "UPDATE suppressions SET user_id = $3 WHERE tenant = $1 AND user_id = $2",
    ]
    .into_iter()
    .enumerate()
    {
        let done = sqlx::query(statement)
            .bind(tenant.as_str())
            .bind(from.as_str())
            .bind(into.as_str())
            .execute(&mut *connection)
            .await?;
        if let Some(moved) = moved.get_mut(place) {
            *moved = done.rows_affected();
        }
    }
    // Those of the kept user that are too many now; the ones that were used last stay.
    sqlx::query(
        "DELETE FROM devices WHERE tenant = $1 AND user_id = $2 AND id = ANY (ARRAY (
             SELECT id FROM devices WHERE tenant = $1 AND user_id = $2
             ORDER BY last_seen DESC, id DESC OFFSET $3))",
    )
    .bind(tenant.as_str())
    .bind(into.as_str())
    .bind(limit(Device::MAX_PER_USER))
    .execute(&mut *connection)
    .await?;
    for statement in [
        "DELETE FROM user_addresses WHERE tenant = $1 AND user_id = $2",
        "DELETE FROM preferences WHERE tenant = $1 AND user_id = $2",
        "DELETE FROM plan_marks WHERE tenant = $1 AND user_id = $2",
        "DELETE FROM users WHERE tenant = $1 AND user_id = $2",
    ] {
        sqlx::query(statement)
            .bind(tenant.as_str())
            .bind(from.as_str())
            .execute(&mut *connection)
            .await?;
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
