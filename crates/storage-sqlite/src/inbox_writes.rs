//! Writes to inboxes outside of transactions: marks of a notification of which nothing can leave any more.

use async_trait::async_trait;
use campanile_domain::{InboxMarks, NotificationId, TenantId, UserId};
use campanile_storage::{InboxWrites, MarksFound, StorageError};
use chrono::{DateTime, Utc};

use crate::SqliteStorage;
use crate::error::{storage_error, undecodable};
use crate::rows::{get, marks, marks_columns, micros};

#[async_trait]
impl InboxWrites for SqliteStorage {
    async fn recipient(
        &self,
        tenant: &TenantId,
        id: NotificationId,
    ) -> Result<Option<UserId>, StorageError> {
        let user: Option<String> = sqlx::query_scalar(
            "SELECT user_id FROM notifications WHERE tenant = ? AND id = ? AND deleted_at IS NULL",
        )
        .bind(tenant.as_str())
        .bind(id.0)
        .fetch_optional(&self.readers)
        .await
        .map_err(storage_error)?;
        let parse = |user: String| UserId::parse(&user);
        user.map(parse)
            .transpose()
            .map_err(|e| undecodable("notifications", "user_id", e))
    }

    async fn marks_of(
        &self,
        tenant: &TenantId,
        user: &UserId,
        id: NotificationId,
        now: DateTime<Utc>,
    ) -> Result<Option<MarksFound>, StorageError> {
        let row = sqlx::query(concat!(
            "SELECT ",
            marks_columns!(),
            ", n.channels IS NOT 'in_app' AND coalesce(( \
                 SELECT max(d.state IN ('queued', 'deferred', 'retrying')) FROM deliveries d \
                 WHERE d.tenant = n.tenant AND d.notification_id = n.id \
             ), true) AS may_leave, n.variants IS NOT NULL AS has_variants FROM notifications n \
             WHERE n.tenant = ? AND n.id = ? AND n.user_id = ? \
             AND n.deleted_at IS NULL AND (n.send_at IS NULL OR n.send_at <= ?) \
             AND (n.send_at > n.cancelled_at) IS NOT TRUE"
        ))
        .bind(tenant.as_str())
        .bind(id.0)
        .bind(user.as_str())
        .bind(micros(now))
        .fetch_optional(&self.readers)
        .await
        .map_err(storage_error)?;
        let read = |row| {
            Ok(MarksFound {
                marks: marks(row)?,
                may_leave: get(row, "may_leave")?,
                has_variants: get(row, "has_variants")?,
            })
        };
        row.as_ref().map(read).transpose()
    }

    async fn replace_marks(
        &self,
        tenant: &TenantId,
        user: &UserId,
        id: NotificationId,
        found: InboxMarks,
        marks: InboxMarks,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        let (tenant, user) = (tenant.clone(), user.clone());
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    sqlx::query(
                        "UPDATE notifications SET read_at = ?4, seen_at = ?5, archived_at = ?6, \
                         snoozed_until = ?7, updated_at = ?8 \
                         WHERE tenant = ?1 AND id = ?2 AND user_id = ?3 AND deleted_at IS NULL \
                         AND read_at IS ?9 AND seen_at IS ?10 AND archived_at IS ?11 \
                         AND snoozed_until IS ?12",
                    )
                    .bind(tenant.as_str())
                    .bind(id.0)
                    .bind(user.as_str())
                    .bind(marks.read_at.map(micros))
                    .bind(marks.seen_at.map(micros))
                    .bind(marks.archived_at.map(micros))
                    .bind(marks.snoozed_until.map(micros))
                    .bind(micros(now))
                    .bind(found.read_at.map(micros))
                    .bind(found.seen_at.map(micros))
                    .bind(found.archived_at.map(micros))
                    .bind(found.snoozed_until.map(micros))
                    .execute(connection)
                    .await
                    .map(|done| done.rows_affected() > 0)
                    .map_err(storage_error)
                })
            })
            .await
    }
}
