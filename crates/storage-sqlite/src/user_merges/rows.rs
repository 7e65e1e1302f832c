//! The rows of merges themselves.

use campanile_domain::{MergeCounts, NotificationId, TenantId, UserId, UserMerge};
use campanile_storage::StorageError;
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use crate::error::{storage_error, undecodable};
use crate::rows::{get, get_moment, micros, moment, tenant};

const TABLE: &str = "user_merges";

/// The columns that [`read`] reads.
macro_rules! columns {
    () => {
        "tenant, from_user, into_user, stage, after_id, total, notifications, devices, addresses, topics, \
         started_at, subscribed_at, updated_at, ended_at"
    };
}

pub(super) async fn known(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    user: &UserId,
) -> Result<bool, StorageError> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM users WHERE tenant = ?1 AND user_id = ?2) \
         OR EXISTS (SELECT 1 FROM notifications WHERE tenant = ?1 AND user_id = ?2) \
         OR EXISTS (SELECT 1 FROM devices WHERE tenant = ?1 AND user_id = ?2) \
         OR EXISTS (SELECT 1 FROM user_addresses WHERE tenant = ?1 AND user_id = ?2) \
         OR EXISTS (SELECT 1 FROM preferences WHERE tenant = ?1 AND user_id = ?2) \
         OR EXISTS (SELECT 1 FROM topic_subscribers WHERE tenant = ?1 AND user_id = ?2)",
    )
    .bind(tenant.as_str())
    .bind(user.as_str())
    .fetch_one(connection)
    .await
    .map_err(storage_error)
}

pub(super) async fn total(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    user: &UserId,
) -> Result<u64, StorageError> {
    let total: i64 =
        sqlx::query_scalar("SELECT count(*) FROM notifications WHERE tenant = ? AND user_id = ?")
            .bind(tenant.as_str())
            .bind(user.as_str())
            .fetch_one(connection)
            .await
            .map_err(storage_error)?;
    Ok(unsigned(total))
}

pub(super) async fn one(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    from: &UserId,
) -> Result<Option<UserMerge>, StorageError> {
    let row = sqlx::query(concat!(
        "SELECT ",
        columns!(),
        " FROM user_merges WHERE tenant = ? AND from_user = ?"
    ))
    .bind(tenant.as_str())
    .bind(from.as_str())
    .fetch_optional(connection)
    .await
    .map_err(storage_error)?;
    row.as_ref().map(read).transpose()
}

pub(super) async fn runs_with(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    [one, other]: [&UserId; 2],
) -> Result<bool, StorageError> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM user_merges WHERE tenant = ?1 AND ended_at IS NULL \
             AND (from_user IN (?2, ?3) OR into_user IN (?2, ?3)))",
    )
    .bind(tenant.as_str())
    .bind(one.as_str())
    .bind(other.as_str())
    .fetch_one(connection)
    .await
    .map_err(storage_error)
}

pub(super) async fn put(
    connection: &mut SqliteConnection,
    merge: &UserMerge,
) -> Result<(), StorageError> {
    sqlx::query(
        "INSERT OR REPLACE INTO user_merges (tenant, from_user, into_user, stage, total, notifications, devices, \
             addresses, topics, started_at, updated_at, due_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, 0, 0, 0, 0, ?6, ?6, ?6)",
    )
    .bind(merge.tenant.as_str())
    .bind(merge.from.as_str())
    .bind(merge.into.as_str())
    .bind(merge.stage.name())
    .bind(signed(merge.total))
    .bind(micros(merge.started_at))
    .execute(connection)
    .await
    .map(drop)
    .map_err(storage_error)
}

pub(super) async fn advance(
    connection: &mut SqliteConnection,
    merge: &UserMerge,
) -> Result<(), StorageError> {
    let moved = &merge.moved;
    sqlx::query(
        "UPDATE user_merges SET stage = ?3, after_id = ?4, notifications = ?5, devices = ?6, addresses = ?7, \
             topics = ?8, subscribed_at = ?9, updated_at = ?10, ended_at = ?11 \
         WHERE tenant = ?1 AND from_user = ?2",
    )
    .bind(merge.tenant.as_str())
    .bind(merge.from.as_str())
    .bind(merge.stage.name())
    .bind(merge.after.map(|after| after.0))
    .bind(signed(moved.notifications))
    .bind(signed(moved.devices))
    .bind(signed(moved.addresses))
    .bind(signed(moved.topics))
    .bind(merge.subscribed_at.map(micros))
    .bind(micros(merge.updated_at))
    .bind(merge.ended_at.map(micros))
    .execute(connection)
    .await
    .map(drop)
    .map_err(storage_error)
}

/// The one writer is the lock.
pub(super) async fn next(
    connection: &mut SqliteConnection,
    now: DateTime<Utc>,
) -> Result<Option<UserMerge>, StorageError> {
    let row = sqlx::query(concat!(
        "SELECT ",
        columns!(),
        " FROM user_merges WHERE due_at <= ? AND ended_at IS NULL \
         ORDER BY updated_at, tenant, from_user LIMIT 1"
    ))
    .bind(micros(now))
    .fetch_optional(connection)
    .await
    .map_err(storage_error)?;
    row.as_ref().map(read).transpose()
}

pub(super) async fn put_off(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    from: &UserId,
    due_at: DateTime<Utc>,
) -> Result<(), StorageError> {
    sqlx::query("UPDATE user_merges SET due_at = ?3 WHERE tenant = ?1 AND from_user = ?2")
        .bind(tenant.as_str())
        .bind(from.as_str())
        .bind(micros(due_at))
        .execute(connection)
        .await
        .map(drop)
        .map_err(storage_error)
}

pub(super) async fn forget(
    connection: &mut SqliteConnection,
    ended_before: DateTime<Utc>,
) -> Result<u64, StorageError> {
    let done = sqlx::query("DELETE FROM user_merges WHERE ended_at IS NOT NULL AND ended_at < ?")
        .bind(micros(ended_before))
        .execute(connection)
        .await
        .map_err(storage_error)?;
    Ok(done.rows_affected())
}

fn read(row: &SqliteRow) -> Result<UserMerge, StorageError> {
    let user = |column: &'static str| {
        UserId::parse(get(row, column)?).map_err(|error| undecodable(TABLE, column, error))
    };
    let stage: &str = get(row, "stage")?;
    let after: Option<uuid::Uuid> = get(row, "after_id")?;
    Ok(UserMerge {
        tenant: tenant(row)?,
        from: user("from_user")?,
        into: user("into_user")?,
        stage: stage
            .parse()
            .map_err(|error| undecodable(TABLE, "stage", error))?,
        after: after.map(NotificationId),
        total: unsigned(get(row, "total")?),
        moved: MergeCounts {
            notifications: unsigned(get(row, "notifications")?),
            devices: unsigned(get(row, "devices")?),
            addresses: unsigned(get(row, "addresses")?),
            topics: unsigned(get(row, "topics")?),
        },
        started_at: moment(get(row, "started_at")?)?,
        subscribed_at: get_moment(row, "subscribed_at")?,
        updated_at: moment(get(row, "updated_at")?)?,
        ended_at: get_moment(row, "ended_at")?,
    })
}

fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
