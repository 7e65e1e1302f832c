//! Calling back what has not been handed to a provider.

use campanile_domain::{NotificationId, TenantId, Withdrawal};
use campanile_storage::{Cancelled, StorageError};
use chrono::{DateTime, Utc};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use crate::error::storage_error;
use crate::rows::{channel, get, micros};

/// Cancels the open deliveries of notifications. What waits for them in `schedule` and `dispatch`
/// finds them closed and goes by itself; a call under way may still turn one into `sent`.
pub(crate) async fn cancel(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    notifications: &[NotificationId],
    why: Withdrawal,
    now: DateTime<Utc>,
) -> Result<Cancelled, StorageError> {
    let mut query = QueryBuilder::<Sqlite>::new(
        "UPDATE deliveries SET state = 'cancelled', next_attempt_at = NULL, reason = ",
    );
    query.push_bind(why.name());
    query.push(", updated_at = ").push_bind(micros(now));
    query
        .push(" WHERE state IN ('queued', 'deferred', 'retrying') AND tenant = ")
        .push_bind(tenant.as_str())
        .push(" AND notification_id IN (");
    let mut list = query.separated(", ");
    for id in notifications {
        list.push_bind(id.0);
    }
    query.push(") RETURNING channel");
    let rows = query
        .build()
        .fetch_all(connection)
        .await
        .map_err(storage_error)?;
    let mut cancelled = Cancelled::default();
    for row in &rows {
        cancelled.add(channel(get(row, "channel")?)?, why);
    }
    Ok(cancelled)
}
