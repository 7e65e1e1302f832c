//! Writing what became of deliveries that were due and do not leave.

use campanile_domain::Deferral;
use campanile_storage::{SettledDue, deferral_json};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::open::key;
use crate::deferred::deferrals_with;
use crate::error::Fault;
use crate::rows::bounds;

/// A deferral is added to the others, or takes the place of the last if there are as many as are kept.
/// Read and written back by key, one by one: see `dispatch/record.rs`.
const SETTLE: &str = concat!(
    "
    INSERT INTO deliveries AS d (tenant, notification_id, id, user_id, channel, address, state, reason,
        next_attempt_at, deferrals, created_at, updated_at)
    SELECT b.tenant, b.notification_id, b.id, b.user_id, b.channel, b.address, x.state, x.reason,
        x.until,
        ",
    deferrals_with!("x.deferral", "$9"),
    ",
        b.created_at, $6
    FROM UNNEST($1::text[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $10::timestamptz[],
        $11::text[]) AS x (tenant, notification_id, id, state, reason, until, deferral)
    CROSS JOIN LATERAL (
        SELECT * FROM deliveries d
        WHERE d.tenant = x.tenant AND d.notification_id = x.notification_id AND d.id = x.id
            AND d.notification_id >= $7 AND d.notification_id <= $8
        OFFSET 0
    ) b
    ON CONFLICT (tenant, notification_id, id) DO UPDATE SET state = excluded.state,
        reason = excluded.reason, next_attempt_at = excluded.next_attempt_at,
        deferrals = excluded.deferrals, updated_at = excluded.updated_at"
);

pub(super) async fn settle(
    connection: &mut PgConnection,
    settled: &[SettledDue<'_>],
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    if settled.is_empty() {
        return Ok(());
    }
    let due = || settled.iter().map(|one| one.due);
    let (low, high) = bounds(due().map(|due| due.notification.0));
    let deferral = |one: &SettledDue<'_>| Some(deferral_json(now, one.reason, one.until?));
    sqlx::query(SETTLE)
        .bind(due().map(|due| due.tenant.as_str()).collect::<Vec<_>>())
        .bind(due().map(|due| due.notification.0).collect::<Vec<_>>())
        .bind(due().map(key).collect::<Vec<_>>())
        .bind(
            settled
                .iter()
                .map(|one| one.state.name())
                .collect::<Vec<_>>(),
        )
        .bind(settled.iter().map(|one| one.reason).collect::<Vec<_>>())
        .bind(now)
        .bind(low)
        .bind(high)
        .bind(i32::try_from(Deferral::KEPT).unwrap_or(i32::MAX))
        .bind(settled.iter().map(|one| one.until).collect::<Vec<_>>())
        .bind(settled.iter().map(deferral).collect::<Vec<_>>())
        .execute(connection)
        .await?;
    Ok(())
}
