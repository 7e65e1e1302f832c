//! What users do with their notifications, and the deliveries that it cancels.

pub(crate) mod cancel;
mod read_step;
mod set;
mod unlocked;

use async_trait::async_trait;
use campanile_domain::{
    InboxChange, InboxMarks, NotificationId, NotificationType, TenantId, UserId, Withdrawal,
};
use campanile_storage::{Cancelled, InboxWrites, ReadStep, StorageError, Unread};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use unlocked::{Place, Unlocked};

use crate::PostgresStorage;
use crate::connection::{Kind, Scope, transact};
use crate::error::Fault;
use crate::rows::{Reader, marks_columns};

#[async_trait]
impl InboxWrites for PostgresStorage {
    async fn change_notification(
        &self,
        tenant: &TenantId,
        user: &UserId,
        id: NotificationId,
        change: InboxChange,
        now: DateTime<Utc>,
    ) -> Result<Option<Cancelled>, StorageError> {
        let pool = &self.pools.app;
        let place = Place { tenant, user, id };
        match unlocked::change(pool, place, change, now).await? {
            Unlocked::Absent => return Ok(None),
            Unlocked::Changed => return Ok(Some(Cancelled::default())),
            Unlocked::NeedsLock => {}
        }
        let changed = transact!(pool, Kind::Write, &Scope::one(tenant), |connection| {
            let Some(before) = lock(connection, tenant, user, id, now).await? else {
                return Ok(None);
            };
            let marks = before.marks.after(change, now);
            let changed = (marks != before.marks).then_some(marks);
            let why = Withdrawal::of(marks.read_at, marks.archived_at, None, None);
            let cancelled = match why.filter(|_| before.may_leave) {
                None => {
                    if let Some(marks) = changed {
                        set::marks(connection, tenant, id, marks, now).await?;
                    }
                    Cancelled::default()
                }
                Some(why) => {
                    let open = match changed {
                        Some(marks) => {
                            set::marks_and_find_open(connection, tenant, id, marks, now).await?
                        }
                        None => cancel::lock(connection, tenant, &[id]).await?,
                    };
                    cancel::close(connection, tenant, &open, why, now).await?
                }
            };
            Ok(Some(cancelled))
        });
        Ok(changed?)
    }

    async fn delete_notification(
        &self,
        tenant: &TenantId,
        user: &UserId,
        id: NotificationId,
        now: DateTime<Utc>,
    ) -> Result<Option<Cancelled>, StorageError> {
        let pool = &self.pools.app;
        let deleted = transact!(pool, Kind::Write, &Scope::one(tenant), |connection| {
            if lock(connection, tenant, user, id, now).await?.is_none() {
                return Ok(None);
            }
            sqlx::query(
                "UPDATE notifications SET deleted_at = $3, updated_at = $3, title = NULL,
                     body = NULL, content = '{}'
                 WHERE tenant = $1 AND id = $2",
            )
            .bind(tenant.as_str())
            .bind(id.0)
            .bind(now)
            .execute(&mut *connection)
            .await?;
            let why = Withdrawal::Deleted;
            let cancelled = cancel::cancel(connection, tenant, &[id], why, now).await?;
            Ok(Some(cancelled))
        });
        Ok(deleted?)
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
        let question = read_step::Question {
            tenant,
            user,
            notification_type,
            now,
        };
        let pool = &self.pools.app;
        let ids = transact!(pool, Kind::Read, &Scope::one(tenant), |connection| {
            read_step::unread_since(connection, &question, since, limit).await
        });
        Ok(ids?)
    }

    async fn read_step(
        &self,
        tenant: &TenantId,
        user: &UserId,
        notification_type: Option<&NotificationType>,
        which: Unread,
        now: DateTime<Utc>,
    ) -> Result<ReadStep, StorageError> {
        let question = read_step::Question {
            tenant,
            user,
            notification_type,
            now,
        };
        let pool = &self.pools.app;
        let step = transact!(pool, Kind::Write, &Scope::one(tenant), |connection| {
            read_step::step(connection, &question, &which).await
        });
        Ok(step?)
    }
}

/// One of the user's notifications, which is theirs until the transaction ends.
struct Before {
    marks: InboxMarks,
    /// Whether it may have deliveries: one for the inbox alone has none.
    may_leave: bool,
}

async fn lock(
    connection: &mut PgConnection,
    tenant: &TenantId,
    user: &UserId,
    id: NotificationId,
    now: DateTime<Utc>,
) -> Result<Option<Before>, Fault> {
    let row = sqlx::query(concat!(
        "SELECT ",
        marks_columns!(),
        ", n.channels IS DISTINCT FROM '{in_app}'
          FROM notifications n
          WHERE n.tenant = $1 AND n.id = $2 AND n.user_id IS NOT DISTINCT FROM $3
              AND n.deleted_at IS NULL
              AND (n.send_at IS NULL OR n.send_at <= $4)
              AND (n.send_at > n.cancelled_at) IS NOT TRUE
          FOR UPDATE"
    ))
    .bind(tenant.as_str())
    .bind(id.0)
    .bind(user.as_str())
    .bind(now)
    .fetch_optional(connection)
    .await?;
    let read = |row| {
        let mut reader = Reader::new(row, "notifications");
        Ok(Before {
            marks: reader.marks()?,
            may_leave: reader.next("channels")?,
        })
    };
    row.as_ref().map(read).transpose()
}
