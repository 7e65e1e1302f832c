//! Marking many as seen, by their keys.

use campanile_domain::{NotificationId, TenantId, UserId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::error::Fault;
use crate::rows::bounds;

/// The user is only compared (`IS NOT DISTINCT FROM`): the notifications are looked up by their keys.
pub(super) async fn mark(
    connection: &mut PgConnection,
    tenant: &TenantId,
    user: &UserId,
    ids: &[NotificationId],
    now: DateTime<Utc>,
) -> Result<u64, Fault> {
    let (low, high) = bounds(ids.iter().map(|id| id.0));
    let unseen: Vec<Uuid> = sqlx::query_scalar(
        "SELECT n.id FROM notifications n
         WHERE n.tenant = $1 AND n.user_id IS NOT DISTINCT FROM $2 AND n.id = ANY ($3) AND n.id >= $4 AND n.id <= $5
             AND n.seen_at IS NULL AND n.deleted_at IS NULL
             AND (n.send_at IS NULL OR n.send_at <= $6)
             AND (n.send_at > n.cancelled_at) IS NOT TRUE
         ORDER BY n.id FOR UPDATE",
    )
    .bind(tenant.as_str())
    .bind(user.as_str())
    .bind(ids.iter().map(|id| id.0).collect::<Vec<_>>())
    .bind(low)
    .bind(high)
    .bind(now)
    .fetch_all(&mut *connection)
    .await?;
    if unseen.is_empty() {
        return Ok(0);
    }
    let (low, high) = bounds(unseen.iter().copied());
    let marked = sqlx::query(
        "UPDATE notifications SET seen_at = $3, updated_at = $3
         WHERE tenant = $1 AND id = ANY ($2) AND id >= $4 AND id <= $5",
    )
    .bind(tenant.as_str())
    .bind(unseen)
    .bind(now)
    .bind(low)
    .bind(high)
    .execute(connection)
    .await?;
    Ok(marked.rows_affected())
}
