//! What is moved when a merge ends.

use campanile_domain::{Device, MergeCounts, UserFacts, UserId, UserMerge};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::postgres::PgRow;

use crate::connection::limit;
use crate::error::Fault;
use crate::rows::Reader;
use crate::{ingest, topics};

/// What waits for the quiet hours of the one is looked at by those of the other.
const WAITING: &str =
    "UPDATE schedule SET user_id = $3, due_at = $4 WHERE tenant = $1 AND user_id = $2";

pub(super) async fn give(
    connection: &mut PgConnection,
    merge: &UserMerge,
    now: DateTime<Utc>,
) -> Result<MergeCounts, Fault> {
    let (tenant, from, into) = (&merge.tenant, &merge.from, &merge.into);
    facts(&mut *connection, merge, now).await?;
    sqlx::query(WAITING)
        .bind(tenant.as_str())
        .bind(from.as_str())
        .bind(into.as_str())
        .bind(now)
        .execute(&mut *connection)
        .await?;
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

/// The row of the kept user, where there is one, is completed; where there is none, that of the other one gets the name.
async fn facts(
    connection: &mut PgConnection,
    merge: &UserMerge,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let found = sqlx::query(
        "SELECT user_id, email, email_gone_at, locale, timezone, attributes::text FROM users
         WHERE tenant = $1 AND user_id IN ($2, $3) ORDER BY user_id FOR UPDATE",
    )
    .bind(merge.tenant.as_str())
    .bind(merge.from.as_str())
    .bind(merge.into.as_str())
    .fetch_all(&mut *connection)
    .await?;
    let (mut from, mut into) = (None, None);
    for row in &found {
        let (user, facts) = read(row)?;
        match user == merge.from {
            true => from = Some(facts),
            false => into = Some(facts),
        }
    }
    let Some(from) = from else { return Ok(()) };
    let Some(into) = into else {
        let name =
            "UPDATE users SET user_id = $3, updated_at = $4 WHERE tenant = $1 AND user_id = $2";
        sqlx::query(name)
            .bind(merge.tenant.as_str())
            .bind(merge.from.as_str())
            .bind(merge.into.as_str())
            .bind(now)
            .execute(connection)
            .await?;
        return Ok(());
    };
    let whole = into.completed_by(from);
    sqlx::query(
        "UPDATE users SET email = $3, email_gone_at = $4, locale = $5, timezone = $6, attributes = $7::json,
             updated_at = $8
         WHERE tenant = $1 AND user_id = $2",
    )
    .bind(merge.tenant.as_str())
    .bind(merge.into.as_str())
    .bind(&whole.email)
    .bind(whole.email_gone_at)
    .bind(&whole.locale)
    .bind(&whole.timezone)
    .bind(&whole.attributes)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

fn read(row: &PgRow) -> Result<(UserId, UserFacts), Fault> {
    let mut reader = Reader::new(row, "users");
    let user = reader.parse("user_id", UserId::parse)?;
    let facts = UserFacts {
        email: reader.next("email")?,
        email_gone_at: reader.next("email_gone_at")?,
        locale: reader.next("locale")?,
        timezone: reader.next("timezone")?,
        attributes: reader.next("attributes")?,
    };
    Ok((user, facts))
}
