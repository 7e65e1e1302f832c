//! What waits for quiet hours is to be looked at now, because what it waits for has changed.

use campanile_domain::{DeliveryId, TenantId, UserId};
use campanile_storage::{RESCHEDULED_AT_ONCE, RescheduleCursor};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::connection::limit;
use crate::error::Fault;
use crate::rows::Reader;

/// Statements for one user in one transaction. What is left of more waits for its time, and is then
/// looked at as everything is.
const STEPS_PER_USER: usize = 20;

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
) -> Result<(), Fault> {
    for _ in 0..STEPS_PER_USER {
        let done = sqlx::query(OF_USER)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .bind(now)
            .bind(limit(RESCHEDULED_AT_ONCE))
            .execute(&mut *connection)
            .await?;
        if done.rows_affected() < RESCHEDULED_AT_ONCE as u64 {
            break;
        }
    }
    Ok(())
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
