//! Recording results of attempts.

use campanile_domain::{Deferral, DispatchId, TenantId};
use campanile_storage::{FinishedDelivery, StorageError, deferral_json};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::redeliver::columns;
use crate::deferred::deferrals_with;
use crate::error::Fault;
use crate::rows::bounds;

/// An open state takes the new one; a final state stays, whichever result comes late, and only its list of
/// attempts grows; but what was cancelled while its call was under way and delivered all the same is
/// sent. A retry is scheduled if that is where the delivery now stands; whatever waits
/// for a delivery that became final is cancelled. What is held back adds to the deferrals in the row
/// that is written anyway, or takes the place of the last, as in `schedule/settle.rs`.
///
/// Each delivery is looked up by its key (`LATERAL … OFFSET 0` leaves the planner no other way) and
/// written back through it (`ON CONFLICT`): a young partition seems to hold one row, and then a join
/// would compare every delivery of the batch with every one of its span of time.
const RECORD: &str = concat!(
    "
    WITH result AS (
        SELECT * FROM UNNEST($1::text[], $2::uuid[], $3::uuid[], $4::text[], $5::smallint[],
            $6::text[], $7::text[], $8::timestamptz[], $9::text[], $12::text[], $13::text[],
            $14::integer[], $15::text[])
            AS r (tenant, notification_id, id, channel, lane, state, reason, next_attempt_at, attempt,
                code, detail, unfinished_starts, deferral)
    ), before AS MATERIALIZED (
        SELECT r.*, d.user_id, d.address, d.created_at, d.attempts, d.deferrals, d.state AS old_state,
            d.reason AS old_reason, d.next_attempt_at AS old_next_attempt_at,
            d.state IN ('queued', 'deferred', 'retrying')
                OR d.state = 'cancelled' AND r.state = 'sent' AS open
        FROM result r
        CROSS JOIN LATERAL (
            SELECT * FROM deliveries d
            WHERE d.tenant = r.tenant AND d.notification_id = r.notification_id AND d.id = r.id
                AND d.notification_id >= $10 AND d.notification_id <= $11
            OFFSET 0 FOR UPDATE
        ) d
    ), written AS (
        INSERT INTO deliveries AS d (tenant, notification_id, id, user_id, channel, address, state,
            reason, next_attempt_at, attempts, deferrals, unfinished_starts, created_at, updated_at)
        SELECT b.tenant, b.notification_id, b.id, b.user_id, b.channel, b.address,
            CASE WHEN b.open THEN b.state ELSE b.old_state END,
            CASE WHEN b.open THEN b.reason ELSE b.old_reason END,
            CASE WHEN b.open THEN b.next_attempt_at ELSE b.old_next_attempt_at END,
            CASE WHEN b.attempt IS NULL THEN b.attempts ELSE b.attempts || jsonb_set(
                b.attempt::jsonb, '{number}', to_jsonb(jsonb_array_length(b.attempts) + 1)) END,
            CASE WHEN b.open THEN ",
    deferrals_with!("b.deferral", "$16"),
    " ELSE b.deferrals END,
            b.unfinished_starts, b.created_at, now()
        FROM before b
        ON CONFLICT (tenant, notification_id, id) DO UPDATE SET
            state = excluded.state, reason = excluded.reason,
            next_attempt_at = excluded.next_attempt_at, attempts = excluded.attempts,
            deferrals = excluded.deferrals, unfinished_starts = excluded.unfinished_starts,
            updated_at = excluded.updated_at,
            started_account = CASE WHEN excluded.unfinished_starts > 0 THEN d.started_account END
    ), again AS (
        INSERT INTO schedule (tenant, kind, key, notification_id, channel, lane, due_at)
        SELECT b.tenant, 'retry', b.id, b.notification_id, b.channel, b.lane, b.next_attempt_at
        FROM before b
        WHERE b.open AND b.state IN ('retrying', 'deferred') AND b.next_attempt_at IS NOT NULL
        ON CONFLICT (tenant, kind, key) DO UPDATE
            SET due_at = excluded.due_at, lane = excluded.lane, user_id = NULL
    ), buried AS (
        INSERT INTO dead_letters (tenant, id, notification_id, user_id, channel, lane, code, detail,
            attempts, died_at)
        SELECT b.tenant, b.id, b.notification_id, b.user_id, b.channel, b.lane, b.code, b.detail,
            jsonb_array_length(b.attempts) + (b.attempt IS NOT NULL)::integer, now()
        FROM before b WHERE b.open AND b.state = 'dead'
        ON CONFLICT (tenant, id) DO NOTHING
    )
    DELETE FROM schedule s USING before b
    WHERE s.tenant = b.tenant AND s.kind = 'retry' AND s.key = b.id
        AND NOT (b.open AND b.state IN ('queued', 'deferred', 'retrying'))"
);

/// Records results, none of them twice.
pub(super) async fn deliveries(
    connection: &mut PgConnection,
    results: &[&FinishedDelivery],
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let attempts: Result<Vec<_>, _> = results
        .iter()
        .map(|r| r.attempt.as_ref().map(serde_json::to_string).transpose())
        .collect();
    let attempts = attempts.map_err(|error| StorageError::Refused(error.to_string()))?;
    let (low, high) = bounds(results.iter().map(|r| r.notification_id.0));
    sqlx::query(RECORD)
        .bind(
            results
                .iter()
                .map(|r| r.tenant.as_str())
                .collect::<Vec<_>>(),
        )
        .bind(
            results
                .iter()
                .map(|r| r.notification_id.0)
                .collect::<Vec<_>>(),
        )
        .bind(results.iter().map(|r| r.delivery_id.0).collect::<Vec<_>>())
        .bind(results.iter().map(|r| r.channel.name()).collect::<Vec<_>>())
        .bind(results.iter().map(|r| r.lane.rank()).collect::<Vec<_>>())
        .bind(results.iter().map(|r| r.state.name()).collect::<Vec<_>>())
        .bind(
            results
                .iter()
                .map(|r| r.reason.as_deref())
                .collect::<Vec<_>>(),
        )
        .bind(
            results
                .iter()
                .map(|r| r.next_attempt_at)
                .collect::<Vec<_>>(),
        )
        .bind(&attempts)
        .bind(low)
        .bind(high)
        .bind(
            results
                .iter()
                .map(|r| r.failure_summary().0)
                .collect::<Vec<_>>(),
        )
        .bind(
            results
                .iter()
                .map(|r| r.failure_summary().1)
                .collect::<Vec<_>>(),
        )
        .bind(
            results
                .iter()
                .map(|r| i32::try_from(r.unfinished_starts).unwrap_or(i32::MAX))
                .collect::<Vec<_>>(),
        )
        .bind(results.iter().map(|r| deferral(r, now)).collect::<Vec<_>>())
        .bind(i32::try_from(Deferral::KEPT).unwrap_or(i32::MAX))
        .execute(connection)
        .await?;
    Ok(())
}

/// That it is held back, without having been tried.
fn deferral(result: &FinishedDelivery, now: DateTime<Utc>) -> Option<String> {
    let (reason, until) = result.held_back()?;
    Some(deferral_json(now, reason, until))
}

/// Removes dispatches that are done.
pub(super) async fn finished(
    connection: &mut PgConnection,
    dispatches: &[(TenantId, DispatchId)],
) -> Result<(), Fault> {
    if dispatches.is_empty() {
        return Ok(());
    }
    let (tenants, ids) = columns(dispatches, |id| id.0);
    sqlx::query(
        "DELETE FROM dispatch WHERE ctid = ANY (ARRAY (
             SELECT d.ctid FROM UNNEST($1::text[], $2::uuid[]) AS x (tenant, id)
             CROSS JOIN LATERAL (
                 SELECT ctid FROM dispatch d WHERE d.tenant = x.tenant AND d.id = x.id
                 OFFSET 0 FOR UPDATE
             ) d))",
    )
    .bind(&tenants)
    .bind(&ids)
    .execute(connection)
    .await?;
    Ok(())
}
