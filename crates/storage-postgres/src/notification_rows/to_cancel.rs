//! A notification that its sender cancels.

use campanile_domain::{NotificationId, TenantId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::error::Fault;

/// Holds the row against other changes until the transaction ends; says whether it was cancelled
/// before.
pub(super) async fn lock(
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
pub(super) async fn waits_for_plan(
    connection: &mut PgConnection,
    tenant: &TenantId,
    id: NotificationId,
) -> Result<bool, Fault> {
    let row = sqlx::query_scalar("SELECT coalesce(campanile_waits_for_its_plan($1, $2), false)")
        .bind(tenant.as_str())
        .bind(id.0);
    Ok(row.fetch_one(connection).await?)
}

/// What waits for its `send_at` is planned now.
pub(super) async fn plan_now(
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
