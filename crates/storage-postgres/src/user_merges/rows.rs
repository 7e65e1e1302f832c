//! The rows of merges themselves.

use campanile_domain::{MergeCounts, NotificationId, TenantId, UserId, UserMerge};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::connection::count;
use crate::error::Fault;
use crate::rows::Reader;

/// The columns that [`read`] reads.
macro_rules! columns {
    () => {
        "tenant, from_user, into_user, stage, after_id, total, notifications, devices, addresses, topics,
             started_at, subscribed_at, updated_at, ended_at"
    };
}

/// Each look-up goes by an index that has the user.
pub(super) async fn known(
    connection: &mut PgConnection,
    tenant: &TenantId,
    user: &UserId,
) -> Result<bool, Fault> {
    for question in [
        "SELECT EXISTS (SELECT FROM users WHERE tenant = $1 AND user_id = $2)",
        "SELECT EXISTS (SELECT FROM notifications WHERE tenant = $1 AND user_id = $2 ORDER BY id LIMIT 1)",
        "SELECT EXISTS (SELECT FROM devices WHERE tenant = $1 AND user_id = $2)",
        "SELECT EXISTS (SELECT FROM user_addresses WHERE tenant = $1 AND user_id = $2)",
        "SELECT EXISTS (SELECT FROM preferences WHERE tenant = $1 AND user_id = $2)",
        "SELECT EXISTS (SELECT FROM topic_subscribers WHERE tenant = $1 AND user_id = $2)",
    ] {
        let is_known: bool = sqlx::query_scalar(question)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .fetch_one(&mut *connection)
            .await?;
        if is_known {
            return Ok(true);
        }
    }
    Ok(false)
}

pub(super) async fn total(
    connection: &mut PgConnection,
    tenant: &TenantId,
    user: &UserId,
) -> Result<u64, Fault> {
    let total =
        sqlx::query_scalar("SELECT count(*) FROM notifications WHERE tenant = $1 AND user_id = $2")
            .bind(tenant.as_str())
            .bind(user.as_str())
            .fetch_one(connection)
            .await?;
    Ok(count(total))
}

pub(super) async fn one(
    connection: &mut PgConnection,
    tenant: &TenantId,
    from: &UserId,
) -> Result<Option<UserMerge>, Fault> {
    let row = sqlx::query(concat!(
        "SELECT ",
        columns!(),
        " FROM user_merges WHERE tenant = $1 AND from_user = $2"
    ))
    .bind(tenant.as_str())
    .bind(from.as_str())
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(read).transpose()
}

pub(super) async fn runs_with(
    connection: &mut PgConnection,
    tenant: &TenantId,
    users: [&UserId; 2],
) -> Result<bool, Fault> {
    let users = users.map(UserId::as_str);
    let runs = sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM user_merges
                 WHERE tenant = $1 AND from_user = ANY ($2) AND ended_at IS NULL)
             OR EXISTS (SELECT FROM user_merges
                 WHERE tenant = $1 AND into_user = ANY ($2) AND ended_at IS NULL)",
    )
    .bind(tenant.as_str())
    .bind(&users[..])
    .fetch_one(connection)
    .await?;
    Ok(runs)
}

pub(super) async fn put(connection: &mut PgConnection, merge: &UserMerge) -> Result<(), Fault> {
    sqlx::query(
        "INSERT INTO user_merges (tenant, from_user, into_user, stage, total, notifications, devices,
             addresses, topics, started_at, updated_at, due_at)
         VALUES ($1, $2, $3, $4, $5, 0, 0, 0, 0, $6, $6, $6)
         ON CONFLICT (tenant, from_user) DO UPDATE SET
             into_user = excluded.into_user, stage = excluded.stage, after_id = NULL, total = excluded.total,
             notifications = 0, devices = 0, addresses = 0, topics = 0, started_at = excluded.started_at,
             subscribed_at = NULL, updated_at = excluded.updated_at, due_at = excluded.due_at, ended_at = NULL",
    )
    .bind(merge.tenant.as_str())
    .bind(merge.from.as_str())
    .bind(merge.into.as_str())
    .bind(merge.stage.name())
    .bind(signed(merge.total))
    .bind(merge.started_at)
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn advance(connection: &mut PgConnection, merge: &UserMerge) -> Result<(), Fault> {
    let moved = &merge.moved;
    sqlx::query(
        "UPDATE user_merges SET stage = $3, after_id = $4, notifications = $5, devices = $6, addresses = $7,
             topics = $8, subscribed_at = $9, updated_at = $10, ended_at = $11
         WHERE tenant = $1 AND from_user = $2",
    )
    .bind(merge.tenant.as_str())
    .bind(merge.from.as_str())
    .bind(merge.stage.name())
    .bind(merge.after.map(|after| after.0))
    .bind(signed(moved.notifications))
    .bind(signed(moved.devices))
    .bind(signed(moved.addresses))
    .bind(signed(moved.topics))
    .bind(merge.subscribed_at)
    .bind(merge.updated_at)
    .bind(merge.ended_at)
    .execute(connection)
    .await?;
    Ok(())
}

/// Merges that run are few: all of them are looked at.
pub(super) async fn next(
    connection: &mut PgConnection,
    now: DateTime<Utc>,
) -> Result<Option<UserMerge>, Fault> {
    let row = sqlx::query(concat!(
        "SELECT ",
        columns!(),
        " FROM user_merges WHERE due_at <= $1 AND ended_at IS NULL
         ORDER BY updated_at, tenant, from_user LIMIT 1 FOR UPDATE SKIP LOCKED"
    ))
    .bind(now)
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(read).transpose()
}

pub(super) async fn put_off(
    connection: &mut PgConnection,
    tenant: &TenantId,
    from: &UserId,
    due_at: DateTime<Utc>,
) -> Result<(), Fault> {
    sqlx::query("UPDATE user_merges SET due_at = $3 WHERE tenant = $1 AND from_user = $2")
        .bind(tenant.as_str())
        .bind(from.as_str())
        .bind(due_at)
        .execute(connection)
        .await?;
    Ok(())
}

pub(super) async fn forget(
    connection: &mut PgConnection,
    ended_before: DateTime<Utc>,
) -> Result<u64, Fault> {
    let done = sqlx::query("DELETE FROM user_merges WHERE ended_at IS NOT NULL AND ended_at < $1")
        .bind(ended_before)
        .execute(connection)
        .await?;
    Ok(done.rows_affected())
}

fn read(row: &PgRow) -> Result<UserMerge, Fault> {
    let mut reader = Reader::new(row, "user_merges");
    Ok(UserMerge {
        tenant: reader.tenant()?,
        from: reader.parse("from_user", UserId::parse)?,
        into: reader.parse("into_user", UserId::parse)?,
        stage: reader.parse("stage", str::parse)?,
        after: reader.next::<Option<Uuid>>("after_id")?.map(NotificationId),
        total: count(reader.next("total")?),
        moved: MergeCounts {
            notifications: count(reader.next("notifications")?),
            devices: count(reader.next("devices")?),
            addresses: count(reader.next("addresses")?),
            topics: count(reader.next("topics")?),
        },
        started_at: reader.next("started_at")?,
        subscribed_at: reader.next("subscribed_at")?,
        updated_at: reader.next("updated_at")?,
        ended_at: reader.next("ended_at")?,
    })
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A user is erased: no row of a merge names them any more.
pub(crate) async fn forget_user(
    connection: &mut PgConnection,
    tenant: &TenantId,
    user: &UserId,
) -> Result<u64, Fault> {
    let mut gone = 0;
    for statement in [
        "DELETE FROM user_merges WHERE tenant = $1 AND from_user = $2",
        "DELETE FROM user_merges WHERE tenant = $1 AND into_user = $2",
    ] {
        let done = sqlx::query(statement)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .execute(&mut *connection)
            .await?;
        gone += done.rows_affected();
    }
    Ok(gone)
}
