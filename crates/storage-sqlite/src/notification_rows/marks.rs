//! The marks of one notification.

use campanile_domain::{InboxMarks, NotificationId, TenantId, UserId};
use campanile_storage::{MarksFound, StorageError};
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;

use crate::error::storage_error;
use crate::rows::{get, marks, marks_columns, micros};

/// Those of one of the user's notifications. One for the inbox alone has no deliveries.
pub(super) async fn of(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    user: &UserId,
    id: NotificationId,
    now: DateTime<Utc>,
) -> Result<Option<MarksFound>, StorageError> {
    let row = sqlx::query(concat!(
        "SELECT ",
        marks_columns!(),
        ", n.channels IS NOT 'in_app' AS may_leave, n.variants IS NOT NULL AS has_variants FROM notifications n \
         WHERE n.tenant = ? AND n.id = ? AND n.user_id = ? \
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
    let read = |row| {
        Ok(MarksFound {
            marks: marks(row)?,
            may_leave: get(row, "may_leave")?,
            has_variants: get(row, "has_variants")?,
        })
    };
    row.as_ref().map(read).transpose()
}

pub(super) async fn set(
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

/// The row stays, without its texts.
pub(super) async fn delete(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    id: NotificationId,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    sqlx::query(
        "UPDATE notifications SET deleted_at = ?1, updated_at = ?1, title = NULL, \
         body = NULL, content = '{}', item_title = NULL, item_body = NULL, link = NULL, \
         actions = NULL, sealed = NULL WHERE tenant = ?2 AND id = ?3",
    )
    .bind(micros(now))
    .bind(tenant.as_str())
    .bind(id.0)
    .execute(connection)
    .await
    .map(drop)
    .map_err(storage_error)
}
