//! Calling back what has not been handed to a provider.

use campanile_domain::{NotificationId, TenantId, Withdrawal};
use campanile_storage::Cancelled;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::error::Fault;
use crate::rows::{Reader, bounds};

/// Cancels the open deliveries of notifications. What waits for them in `schedule` and `dispatch`
/// finds them closed and goes by itself; a call under way may still turn one into `sent`.
pub(super) async fn cancel(
    connection: &mut PgConnection,
    tenant: &TenantId,
    notifications: &[NotificationId],
    why: Withdrawal,
    now: DateTime<Utc>,
) -> Result<Cancelled, Fault> {
    let ids: Vec<_> = notifications.iter().map(|id| id.0).collect();
    let (low, high) = bounds(ids.iter().copied());
    let rows = sqlx::query(
        "UPDATE deliveries SET state = 'cancelled', reason = $3, next_attempt_at = NULL,
             updated_at = $4
         WHERE tenant = $1 AND notification_id = ANY ($2)
             AND notification_id >= $5 AND notification_id <= $6
             AND state IN ('queued', 'deferred', 'retrying')
         RETURNING channel",
    )
    .bind(tenant.as_str())
    .bind(&ids)
    .bind(why.name())
    .bind(now)
    .bind(low)
    .bind(high)
    .fetch_all(connection)
    .await?;
    let mut cancelled = Cancelled::default();
    for row in &rows {
        cancelled.add(Reader::new(row, "deliveries").channel()?, why);
    }
    Ok(cancelled)
}
