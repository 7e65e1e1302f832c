//! Calling back what has not been handed to a provider.

use campanile_domain::{Channel, NotificationId, TenantId, Withdrawal};
use campanile_storage::Cancelled;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::error::Fault;
use crate::rows::{Reader, bounds};

/// Cancels the open deliveries of notifications. What waits for them in `schedule` and `dispatch`
/// finds them closed and goes by itself; a call under way may still turn one into `sent`.
pub(crate) async fn cancel(
    connection: &mut PgConnection,
    tenant: &TenantId,
    notifications: &[NotificationId],
    why: Withdrawal,
    now: DateTime<Utc>,
) -> Result<Cancelled, Fault> {
    let found = lock(connection, tenant, notifications).await?;
    close(connection, tenant, &found, why, now).await
}

/// Cancels open deliveries that are locked.
pub(super) async fn close(
    connection: &mut PgConnection,
    tenant: &TenantId,
    found: &[OpenDelivery],
    why: Withdrawal,
    now: DateTime<Utc>,
) -> Result<Cancelled, Fault> {
    let mut cancelled = Cancelled::default();
    if found.is_empty() {
        return Ok(cancelled);
    }
    let column = |of: fn(&OpenDelivery) -> Uuid| found.iter().map(of).collect::<Vec<_>>();
    let (low, high) = bounds(found.iter().map(|one| one.notification));
    sqlx::query(
        "UPDATE deliveries SET state = 'cancelled', reason = $3, next_attempt_at = NULL,
             updated_at = $4
         WHERE tenant = $1 AND notification_id = ANY ($2)
             AND notification_id >= $5 AND notification_id <= $6 AND id = ANY ($7)",
    )
    .bind(tenant.as_str())
    .bind(column(|one| one.notification))
    .bind(why.name())
    .bind(now)
    .bind(low)
    .bind(high)
    .bind(column(|one| one.delivery))
    .execute(connection)
    .await?;
    for one in found {
        cancelled.add(one.channel, why);
    }
    Ok(cancelled)
}

/// An open delivery, locked.
pub(super) struct OpenDelivery {
    notification: Uuid,
    delivery: Uuid,
    channel: Channel,
}

/// In the order of ids, as workers lock what they record: an update alone would take them as they lie.
pub(super) async fn lock(
    connection: &mut PgConnection,
    tenant: &TenantId,
    notifications: &[NotificationId],
) -> Result<Vec<OpenDelivery>, Fault> {
    let ids: Vec<_> = notifications.iter().map(|id| id.0).collect();
    let (low, high) = bounds(ids.iter().copied());
    let rows = sqlx::query(
        "SELECT notification_id, id, channel FROM deliveries
         WHERE tenant = $1 AND notification_id = ANY ($2)
             AND notification_id >= $3 AND notification_id <= $4
             AND state IN ('queued', 'deferred', 'retrying')
         ORDER BY notification_id, id FOR UPDATE",
    )
    .bind(tenant.as_str())
    .bind(&ids)
    .bind(low)
    .bind(high)
    .fetch_all(connection)
    .await?;
    rows.iter().map(OpenDelivery::read).collect()
}

impl OpenDelivery {
    /// Reads `notification_id`, `id` and `channel`.
    pub(super) fn read(row: &PgRow) -> Result<Self, Fault> {
        let mut reader = Reader::new(row, "deliveries");
        Ok(Self {
            notification: reader.next("notification_id")?,
            delivery: reader.next("id")?,
            channel: reader.channel()?,
        })
    }
}
