//! What waits for quiet hours is to be looked at now, because what it waits for has changed.

use campanile_domain::{DeliveryId, TenantId, UserId};
use campanile_storage::{RESCHEDULED_AT_ONCE, RescheduleCursor};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::connection::limit;
use crate::error::Fault;
use crate::rows::Reader;

/// What others are about to release is left to them.
const OF_USER: &str = "
    WITH theirs AS MATERIALIZED (
        SELECT tenant, kind, key FROM schedule
        WHERE tenant = $1 AND user_id = $2 AND due_at > $3
        ORDER BY key LIMIT $4 FOR UPDATE SKIP LOCKED
    )
    UPDATE schedule s SET due_at = $3
    FROM theirs t WHERE s.tenant = t.tenant AND s.kind = t.kind AND s.key = t.key";

const OF_TENANT: &str = "
    WITH theirs AS MATERIALIZED (
        SELECT tenant, kind, key, user_id FROM schedule
        WHERE tenant = $1 AND user_id IS NOT NULL AND (user_id, key) > ($2, $3) AND due_at > $4
        ORDER BY user_id, key LIMIT $5 FOR UPDATE SKIP LOCKED
    ), rescheduled AS (
        UPDATE schedule s SET due_at = $4
        FROM theirs t WHERE s.tenant = t.tenant AND s.kind = t.kind AND s.key = t.key
    )
    SELECT user_id, key FROM theirs ORDER BY user_id, key";

pub(crate) async fn of_user(
    connection: &mut PgConnection,
    tenant: &TenantId,
    user: &UserId,
    now: DateTime<Utc>,
) -> Result<u64, Fault> {
    let done = sqlx::query(OF_USER)
        .bind(tenant.as_str())
        .bind(user.as_str())
        .bind(now)
        .bind(limit(RESCHEDULED_AT_ONCE))
        .execute(connection)
        .await?;
    Ok(done.rows_affected())
}

/// Those behind this one, in the order of users and deliveries.
pub(super) async fn of_tenant(
    connection: &mut PgConnection,
    tenant: &TenantId,
    after: &RescheduleCursor,
    now: DateTime<Utc>,
) -> Result<Vec<RescheduleCursor>, Fault> {
    let rows = sqlx::query(OF_TENANT)
        .bind(tenant.as_str())
        .bind(&after.user)
        .bind(after.delivery.0)
        .bind(now)
        .bind(limit(RESCHEDULED_AT_ONCE))
        .fetch_all(connection)
        .await?;
    let read = |row| {
        let mut reader = Reader::new(row, "schedule");
        Ok(RescheduleCursor {
            user: reader.next("user_id")?,
            delivery: DeliveryId(reader.next("key")?),
        })
    };
    rows.iter().map(read).collect()
}
