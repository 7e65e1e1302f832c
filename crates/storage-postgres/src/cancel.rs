//! Services cancel what they sent.

use async_trait::async_trait;
use campanile_domain::{NotificationId, TenantId, UserId, Withdrawal};
use campanile_storage::{Cancel, CancelOutcome, StorageError};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::PostgresStorage;
use crate::connection::{Kind, Scope, transact};
use crate::error::Fault;
use crate::inbox_writes::cancel::cancel;
use crate::rows::Reader;

#[async_trait]
impl Cancel for PostgresStorage {
    async fn recipient(
        &self,
        tenant: &TenantId,
        id: NotificationId,
    ) -> Result<Option<UserId>, StorageError> {
        let pool = &self.pools.app;
        let user = transact!(pool, Kind::Read, &Scope::one(tenant), |connection| {
            let row = sqlx::query(
                "SELECT n.user_id FROM notifications n
                 WHERE n.tenant = $1 AND n.id = $2 AND n.deleted_at IS NULL",
            )
            .bind(tenant.as_str())
            .bind(id.0)
            .fetch_optional(connection)
            .await?;
            let user = |row| Reader::new(row, "notifications").parse("user_id", UserId::parse);
            row.as_ref().map(user).transpose()
        });
        Ok(user?)
    }

    async fn cancel_notification(
        &self,
        tenant: &TenantId,
        id: NotificationId,
        now: DateTime<Utc>,
    ) -> Result<Option<CancelOutcome>, StorageError> {
        let pool = &self.pools.app;
        let outcome = transact!(pool, Kind::Write, &Scope::one(tenant), |connection| {
            let Some(is_marked) = lock(connection, tenant, id).await? else {
                return Ok(None);
            };
            // Before the deliveries: what is planned in between is found there.
            let unplanned = waits_for_its_plan(connection, tenant, id).await?;
            let why = Withdrawal::Cancelled;
            let deliveries = cancel(connection, tenant, &[id], why, now).await?;
            if !is_marked && !unplanned && deliveries.total() == 0 {
                return Ok(Some(CancelOutcome::TooLate));
            }
            if !is_marked {
                mark(connection, tenant, id, now).await?;
            }
            if unplanned {
                plan_now(connection, tenant, id, now).await?;
            }
            Ok(Some(CancelOutcome::Stopped {
                deliveries,
                unplanned: unplanned && !is_marked,
            }))
        });
        Ok(outcome?)
    }
}

/// Holds the row against other changes until the transaction ends; says whether it was called back
/// before.
async fn lock(
    connection: &mut PgConnection,
    tenant: &TenantId,
    id: NotificationId,
) -> Result<Option<bool>, Fault> {
    let row = sqlx::query_scalar(
        "SELECT n.cancelled_at IS NOT NULL FROM notifications n
         WHERE n.tenant = $1 AND n.id = $2 AND n.deleted_at IS NULL
         FOR UPDATE",
    )
    .bind(tenant.as_str())
    .bind(id.0);
    Ok(row.fetch_optional(connection).await?)
}

/// The role of the API does not read what is pending; a function answers this one question.
async fn waits_for_its_plan(
    connection: &mut PgConnection,
    tenant: &TenantId,
    id: NotificationId,
) -> Result<bool, Fault> {
    let row = sqlx::query_scalar("SELECT coalesce(campanile_waits_for_its_plan($1, $2), false)")
        .bind(tenant.as_str())
        .bind(id.0);
    Ok(row.fetch_one(connection).await?)
}

async fn mark(
    connection: &mut PgConnection,
    tenant: &TenantId,
    id: NotificationId,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    sqlx::query(
        "UPDATE notifications SET cancelled_at = $3, updated_at = $3
         WHERE tenant = $1 AND id = $2",
    )
    .bind(tenant.as_str())
    .bind(id.0)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

/// What waits for its `send_at` waits for nothing any more: its plan, which cancels it, is made now, so
/// that depth does not count it nor retention keep its day until a moment that may be months away.
async fn plan_now(
    connection: &mut PgConnection,
    tenant: &TenantId,
    id: NotificationId,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    sqlx::query(
        "UPDATE schedule SET due_at = $3
         WHERE tenant = $1 AND kind = 'send' AND key = $2 AND due_at > $3",
    )
    .bind(tenant.as_str())
    .bind(id.0)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}
