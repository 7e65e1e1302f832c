//! A notification that its sender cancels.

use campanile_domain::{NotificationId, TenantId};
use campanile_storage::StorageError;
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;

use crate::error::storage_error;
use crate::rows::micros;

/// Whether it was cancelled before.
pub(super) async fn is_cancelled(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    id: NotificationId,
) -> Result<Option<bool>, StorageError> {
    sqlx::query_scalar(
        "SELECT cancelled_at IS NOT NULL FROM notifications \
         WHERE tenant = ? AND id = ? AND deleted_at IS NULL",
    )
    .bind(tenant.as_str())
    .bind(id.0)
    .fetch_optional(connection)
    .await
    .map_err(storage_error)
}

/// An id within a row of ids begins at a multiple of its length.
pub(super) async fn waits_for_plan(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    id: NotificationId,
) -> Result<bool, StorageError> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM schedule WHERE tenant = ?1 AND key = ?2 AND kind = 'send') \
         OR EXISTS (SELECT 1 FROM outbox WHERE tenant = ?1 \
             AND instr(notification_ids, ?2) % 16 = 1)",
    )
    .bind(tenant.as_str())
    .bind(id.0)
    .fetch_one(connection)
    .await
    .map_err(storage_error)
}

/// What waits for its `send_at` is planned now.
pub(super) async fn plan_now(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    id: NotificationId,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    sqlx::query(
        "UPDATE schedule SET due_at = ?1 \
         WHERE tenant = ?2 AND key = ?3 AND kind = 'send' AND due_at > ?1",
    )
    .bind(micros(now))
    .bind(tenant.as_str())
    .bind(id.0)
    .execute(connection)
    .await
    .map(drop)
    .map_err(storage_error)
}
