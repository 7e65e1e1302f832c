//! Deferred deliveries that are to wait no longer.

use campanile_storage::Hurry;
use sqlx::PgConnection;

use crate::error::Fault;

/// What others are about to release or to hurry is left to them. The reason is looked up row by row,
/// by key (see `dispatch/record.rs`), and only for as many as are looked at.
const HURRY: &str = "
    WITH soonest AS MATERIALIZED (
        SELECT tenant, kind, key, notification_id FROM schedule
        WHERE tenant = $1 AND kind = 'retry' AND channel = $2 AND due_at > $4
        ORDER BY due_at LIMIT $5 FOR UPDATE SKIP LOCKED
    ), deferred AS MATERIALIZED (
        SELECT s.* FROM soonest s CROSS JOIN LATERAL (
            SELECT FROM deliveries d
            WHERE d.tenant = s.tenant AND d.notification_id = s.notification_id AND d.id = s.key
                AND d.state = 'deferred' AND d.reason = ANY ($6)
            OFFSET 0
        ) d
    )
    UPDATE schedule s SET due_at = $3 + ($4 - $3) * random()
    FROM deferred d WHERE s.tenant = d.tenant AND s.kind = d.kind AND s.key = d.key";

pub(super) async fn hurry(connection: &mut PgConnection, what: &Hurry<'_>) -> Result<u64, Fault> {
    let done = sqlx::query(HURRY)
        .bind(what.tenant.as_str())
        .bind(what.channel.name())
        .bind(what.now)
        .bind(what.now + what.within)
        .bind(i64::from(what.limit))
        .bind(what.reasons)
        .execute(connection)
        .await?;
    Ok(done.rows_affected())
}
