//! Notifications that a merge moves, and fan-outs that it has to wait for.

use campanile_domain::{NotificationId, TenantId, UserId, UserMerge};
use campanile_storage::{FanoutAtUser, MergedNotification, StorageError};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use uuid::Uuid;

use crate::error::storage_error;
use crate::rows::{get, get_moment, moment};

/// Notifications in one statement, far below SQLite's 32,766 parameters.
const AT_ONCE: usize = 1_000;

/// The one writer is the lock.
pub(super) async fn lock(
    connection: &mut SqliteConnection,
    (tenant, user): (&TenantId, &UserId),
    after: Option<NotificationId>,
    limit: Option<u32>,
) -> Result<Vec<MergedNotification>, StorageError> {
    let rows = sqlx::query(
        "SELECT n.id, n.created_at, n.send_at, EXISTS ( \
             SELECT 1 FROM deliveries d WHERE d.tenant = n.tenant AND d.notification_id = n.id \
             AND d.state IN ('queued', 'deferred', 'retrying')) AS is_open \
         FROM notifications n WHERE n.tenant = ? AND n.user_id = ? AND n.id > ? ORDER BY n.id LIMIT ?",
    )
    .bind(tenant.as_str())
    .bind(user.as_str())
    .bind(after.map_or(Uuid::nil(), |after| after.0))
    .bind(limit.map_or(-1, i64::from))
    .fetch_all(connection)
    .await
    .map_err(storage_error)?;
    let read = |row: &SqliteRow| {
        Ok(MergedNotification {
            id: NotificationId(get(row, "id")?),
            created_at: moment(get(row, "created_at")?)?,
            send_at: get_moment(row, "send_at")?,
            has_open_delivery: get(row, "is_open")?,
        })
    };
    rows.iter().map(read).collect()
}

/// Deliveries do not name their user here.
pub(super) async fn give(
    connection: &mut SqliteConnection,
    merge: &UserMerge,
    notifications: &[NotificationId],
) -> Result<(), StorageError> {
    for some in notifications.chunks(AT_ONCE) {
        for (head, tail) in [
            ("UPDATE notifications SET user_id = ", " AND id IN ("),
            (
                "UPDATE dead_letters SET user_id = ",
                " AND id IN (SELECT id FROM deliveries WHERE state = 'dead' AND tenant = dead_letters.tenant \
                 AND notification_id IN (",
            ),
        ] {
            let mut give = QueryBuilder::<Sqlite>::new(head);
            give.push_bind(merge.into.as_str());
            give.push(" WHERE tenant = ")
                .push_bind(merge.tenant.as_str());
            give.push(tail);
            let mut list = give.separated(", ");
            for id in some {
                list.push_bind(id.0);
            }
            let ends = tail.matches('(').count();
            list.push_unseparated(")".repeat(ends));
            let done = give.build().execute(&mut *connection).await;
            done.map_err(storage_error)?;
        }
    }
    Ok(())
}

pub(super) async fn fanouts(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    user: &UserId,
) -> Result<Vec<FanoutAtUser>, StorageError> {
    let rows = sqlx::query(
        "SELECT f.created_at, w.cursor FROM fanout_work w \
         JOIN fanouts f ON f.tenant = w.tenant AND f.id = w.id \
         WHERE w.tenant = ?1 AND w.cursor IS NOT NULL AND EXISTS ( \
             SELECT 1 FROM topic_subscribers s \
             WHERE s.tenant = ?1 AND s.topic = f.topic AND s.user_id = ?2)",
    )
    .bind(tenant.as_str())
    .bind(user.as_str())
    .fetch_all(connection)
    .await
    .map_err(storage_error)?;
    let read = |row: &SqliteRow| {
        Ok(FanoutAtUser {
            created_at: moment(get(row, "created_at")?)?,
            cursor: get(row, "cursor")?,
        })
    };
    rows.iter().map(read).collect()
}
