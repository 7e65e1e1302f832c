//! Services call back what they sent. One writer, so a look and the change that follows from it are
//! one.

use async_trait::async_trait;
use campanile_domain::{NotificationId, TenantId, UserId, Withdrawal};
use campanile_storage::{Cancel, CancelOutcome, StorageError};
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;

use crate::SqliteStorage;
use crate::error::{storage_error, undecodable};
use crate::inbox_writes::cancel;
use crate::rows::micros;

#[async_trait]
impl Cancel for SqliteStorage {
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

    async fn cancel_notification(
        &self,
        tenant: &TenantId,
        id: NotificationId,
        now: DateTime<Utc>,
    ) -> Result<Option<CancelOutcome>, StorageError> {
        let tenant = tenant.clone();
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    let Some(is_marked) = is_marked(connection, &tenant, id).await? else {
                        return Ok(None);
                    };
                    let unplanned = waits_for_its_plan(connection, &tenant, id).await?;
                    let why = Withdrawal::Cancelled;
                    let deliveries = cancel(connection, &tenant, &[id], why, now).await?;
                    if !is_marked && !unplanned && deliveries.total() == 0 {
                        return Ok(Some(CancelOutcome::TooLate));
                    }
                    if !is_marked {
                        mark(connection, &tenant, id, now).await?;
                    }
                    if unplanned {
                        plan_now(connection, &tenant, id, now).await?;
                    }
                    Ok(Some(CancelOutcome::Stopped {
                        deliveries,
                        unplanned: unplanned && !is_marked,
                    }))
                })
            })
            .await
    }
}

/// Whether it was called back before.
async fn is_marked(
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
async fn waits_for_its_plan(
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

async fn mark(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    id: NotificationId,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    sqlx::query(
        "UPDATE notifications SET cancelled_at = ?1, updated_at = ?1 WHERE tenant = ?2 AND id = ?3",
    )
    .bind(micros(now))
    .bind(tenant.as_str())
    .bind(id.0)
    .execute(connection)
    .await
    .map(drop)
    .map_err(storage_error)
}

/// What waits for its `send_at` waits for nothing any more: its plan, which cancels it, is made now, so
/// that depth does not count it nor retention keep its row until a moment that may be months away.
async fn plan_now(
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
