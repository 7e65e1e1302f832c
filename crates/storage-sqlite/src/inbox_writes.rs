//! What users do with their notifications, and what it calls back. One writer, so a look and the
//! change that follows from it are one.

use async_trait::async_trait;
use campanile_domain::{
    InboxChange, InboxMarks, NotificationId, NotificationType, TenantId, UserId, Withdrawal,
};
use campanile_storage::{Cancelled, InboxWrites, READ_AT_ONCE, ReadStep, StorageError, Unread};
use chrono::{DateTime, Utc};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use uuid::Uuid;

use crate::SqliteStorage;
use crate::error::storage_error;
use crate::inbox::shown;
use crate::rows::{channel, get, marks, marks_columns, micros};

#[async_trait]
impl InboxWrites for SqliteStorage {
    async fn change_notification(
        &self,
        tenant: &TenantId,
        user: &UserId,
        id: NotificationId,
        change: InboxChange,
        now: DateTime<Utc>,
    ) -> Result<Option<Cancelled>, StorageError> {
        let (tenant, user) = (tenant.clone(), user.clone());
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    let before = before(connection, &tenant, &user, id, now).await?;
                    let Some(before) = before else {
                        return Ok(None);
                    };
                    let marks = before.after(change, now);
                    if marks != before {
                        set(connection, &tenant, id, marks, now).await?;
                    }
                    let Some(why) = Withdrawal::of(marks.read_at, marks.archived_at, None, None)
                    else {
                        return Ok(Some(Cancelled::default()));
                    };
                    cancel(connection, &tenant, &[id], why, now).await.map(Some)
                })
            })
            .await
    }

    async fn delete_notification(
        &self,
        tenant: &TenantId,
        user: &UserId,
        id: NotificationId,
        now: DateTime<Utc>,
    ) -> Result<Option<Cancelled>, StorageError> {
        let (tenant, user) = (tenant.clone(), user.clone());
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    if before(connection, &tenant, &user, id, now).await?.is_none() {
                        return Ok(None);
                    }
                    sqlx::query(
                        "UPDATE notifications SET deleted_at = ?1, updated_at = ?1, title = NULL, \
                         body = NULL, content = '{}' WHERE tenant = ?2 AND id = ?3",
                    )
                    .bind(micros(now))
                    .bind(tenant.as_str())
                    .bind(id.0)
                    .execute(&mut *connection)
                    .await
                    .map_err(storage_error)?;
                    let why = Withdrawal::Deleted;
                    cancel(connection, &tenant, &[id], why, now).await.map(Some)
                })
            })
            .await
    }

    async fn unread_since(
        &self,
        tenant: &TenantId,
        user: &UserId,
        notification_type: Option<&NotificationType>,
        since: NotificationId,
        now: DateTime<Utc>,
        limit: usize,
    ) -> Result<Vec<NotificationId>, StorageError> {
        let mut query = unread(tenant, user, notification_type, now);
        query.push(" AND n.id >= ").push_bind(since.0);
        query
            .push(" ORDER BY n.id LIMIT ")
            .push_bind(i64::try_from(limit).unwrap_or(i64::MAX));
        let found = query.build_query_scalar::<Uuid>();
        let ids = found
            .fetch_all(&self.readers)
            .await
            .map_err(storage_error)?;
        Ok(ids.into_iter().map(NotificationId).collect())
    }

    async fn read_step(
        &self,
        tenant: &TenantId,
        user: &UserId,
        notification_type: Option<&NotificationType>,
        which: Unread,
        now: DateTime<Utc>,
    ) -> Result<ReadStep, StorageError> {
        let mut query = unread(tenant, user, notification_type, now);
        match which {
            Unread::These(ids) => {
                query.push(" AND n.id IN (");
                let mut list = query.separated(", ");
                for id in ids {
                    list.push_bind(id.0);
                }
                query.push(")");
            }
            Unread::Between(after, before) => {
                query.push(" AND n.id > ").push_bind(after.0);
                query.push(" AND n.id < ").push_bind(before.0);
            }
        }
        query
            .push(" ORDER BY n.id LIMIT ")
            .push_bind(READ_AT_ONCE as i64);
        let tenant = tenant.clone();
        self.writer
            .write(move |connection| {
                Box::pin(async move { step(connection, &tenant, query, now).await })
            })
            .await
    }
}

/// The marks of one of the user's notifications.
async fn before(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    user: &UserId,
    id: NotificationId,
    now: DateTime<Utc>,
) -> Result<Option<InboxMarks>, StorageError> {
    let row = sqlx::query(concat!(
        "SELECT ",
        marks_columns!(),
        " FROM notifications n WHERE n.tenant = ? AND n.id = ? AND n.user_id = ? \
         AND n.deleted_at IS NULL AND (n.send_at IS NULL OR n.send_at <= ?) \
         AND (n.send_at > n.cancelled_at) IS NOT TRUE"
    ))
    .bind(tenant.as_str())
    .bind(id.0)
    .bind(user.as_str())
    .bind(micros(now))
    .fetch_optional(connection)
    .await
    .map_err(storage_error)?;
    row.as_ref().map(marks).transpose()
}

async fn set(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    id: NotificationId,
    marks: InboxMarks,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    sqlx::query(
        "UPDATE notifications SET read_at = ?, seen_at = ?, archived_at = ?, snoozed_until = ?, \
         updated_at = ? WHERE tenant = ? AND id = ?",
    )
    .bind(marks.read_at.map(micros))
    .bind(marks.seen_at.map(micros))
    .bind(marks.archived_at.map(micros))
    .bind(marks.snoozed_until.map(micros))
    .bind(micros(now))
    .bind(tenant.as_str())
    .bind(id.0)
    .execute(connection)
    .await
    .map(drop)
    .map_err(storage_error)
}

/// Cancels the open deliveries of notifications. What waits for them in `schedule` and `dispatch`
/// finds them closed and goes by itself; a call under way may still turn one into `sent`.
pub(crate) async fn cancel(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    notifications: &[NotificationId],
    why: Withdrawal,
    now: DateTime<Utc>,
) -> Result<Cancelled, StorageError> {
    let mut query = QueryBuilder::<Sqlite>::new(
        "UPDATE deliveries SET state = 'cancelled', next_attempt_at = NULL, reason = ",
    );
    query.push_bind(why.name());
    query.push(", updated_at = ").push_bind(micros(now));
    query
        .push(" WHERE state IN ('queued', 'deferred', 'retrying') AND tenant = ")
        .push_bind(tenant.as_str())
        .push(" AND notification_id IN (");
    let mut list = query.separated(", ");
    for id in notifications {
        list.push_bind(id.0);
    }
    query.push(") RETURNING channel");
    let rows = query
        .build()
        .fetch_all(connection)
        .await
        .map_err(storage_error)?;
    let mut cancelled = Cancelled::default();
    for row in &rows {
        cancelled.add(channel(get(row, "channel")?)?, why);
    }
    Ok(cancelled)
}

/// What the inbox shows and nobody has read: the same as a count of the unread.
fn unread(
    tenant: &TenantId,
    user: &UserId,
    notification_type: Option<&NotificationType>,
    now: DateTime<Utc>,
) -> QueryBuilder<'static, Sqlite> {
    let mut query = QueryBuilder::new("SELECT n.id FROM notifications n WHERE n.tenant = ");
    query
        .push_bind(tenant.as_str().to_owned())
        .push(" AND n.user_id = ")
        .push_bind(user.as_str().to_owned())
        .push(" AND n.read_at IS NULL AND ");
    shown(&mut query, false, now);
    if let Some(notification_type) = notification_type {
        query
            .push(" AND n.notification_type = ")
            .push_bind(notification_type.as_str().to_owned());
    }
    query
}

async fn step(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    mut which: QueryBuilder<'_, Sqlite>,
    now: DateTime<Utc>,
) -> Result<ReadStep, StorageError> {
    let found = which.build_query_scalar::<Uuid>();
    let ids = found.fetch_all(&mut *connection).await;
    let ids: Vec<_> = ids
        .map_err(storage_error)?
        .into_iter()
        .map(NotificationId)
        .collect();
    if ids.is_empty() {
        return Ok(ReadStep::default());
    }
    let mut mark = QueryBuilder::<Sqlite>::new("UPDATE notifications SET read_at = ");
    mark.push_bind(micros(now));
    mark.push(", seen_at = coalesce(seen_at, ")
        .push_bind(micros(now));
    mark.push("), updated_at = ").push_bind(micros(now));
    mark.push(" WHERE tenant = ").push_bind(tenant.as_str());
    mark.push(" AND id IN (");
    let mut list = mark.separated(", ");
    for id in &ids {
        list.push_bind(id.0);
    }
    mark.push(")");
    let marked = mark.build().execute(&mut *connection).await;
    marked.map_err(storage_error)?;
    Ok(ReadStep {
        updated: ids.len() as u64,
        more_after: ids.last().filter(|_| ids.len() == READ_AT_ONCE).copied(),
        cancelled: cancel(connection, tenant, &ids, Withdrawal::Read, now).await?,
    })
}
