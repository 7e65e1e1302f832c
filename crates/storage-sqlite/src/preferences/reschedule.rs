//! What waits for quiet hours is to be looked at now, because what it waits for has changed.

use campanile_domain::{DeliveryId, TenantId, UserId};
use campanile_storage::{RESCHEDULED_AT_ONCE, RescheduleCursor, StorageError};
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;

use crate::error::storage_error;
use crate::rows::{get, micros};

pub(crate) async fn of_user(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    user: &UserId,
    now: DateTime<Utc>,
) -> Result<u64, StorageError> {
    let done = sqlx::query(
        "UPDATE schedule SET due_at = ?3 WHERE tenant = ?1 AND key IN \
         (SELECT key FROM schedule WHERE tenant = ?1 AND user_id = ?2 AND due_at > ?3 LIMIT ?4)",
    )
    .bind(tenant.as_str())
    .bind(user.as_str())
    .bind(micros(now))
    .bind(RESCHEDULED_AT_ONCE as i64)
    .execute(connection)
    .await
    .map_err(storage_error)?;
    Ok(done.rows_affected())
}

/// Those behind this one, in the order of users and deliveries.
pub(super) async fn of_tenant(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    after: &RescheduleCursor,
    now: DateTime<Utc>,
) -> Result<Vec<RescheduleCursor>, StorageError> {
    let rows = sqlx::query(
        "SELECT user_id, key FROM schedule WHERE tenant = ?1 AND user_id IS NOT NULL \
         AND (user_id, key) > (?2, ?3) AND due_at > ?4 ORDER BY user_id, key LIMIT ?5",
    )
    .bind(tenant.as_str())
    .bind(&after.user)
    .bind(after.delivery.0)
    .bind(micros(now))
    .bind(RESCHEDULED_AT_ONCE as i64)
    .fetch_all(&mut *connection)
    .await
    .map_err(storage_error)?;
    let mut rescheduled = Vec::with_capacity(rows.len());
    for row in &rows {
        let delivery = DeliveryId(get(row, "key")?);
        sqlx::query("UPDATE schedule SET due_at = ? WHERE tenant = ? AND key = ?")
            .bind(micros(now))
            .bind(tenant.as_str())
            .bind(delivery.0)
            .execute(&mut *connection)
            .await
            .map_err(storage_error)?;
        let user = get(row, "user_id")?;
        rescheduled.push(RescheduleCursor { user, delivery });
    }
    Ok(rescheduled)
}
