//! One turn in every poll, and all while something older is left: tenant by tenant.

use campanile_storage::{ClaimedOutboxRows, RelayLimits};
use sqlx::{PgConnection, Row};

use super::{outbox_row, scope_of_locked};
use crate::address_book::no_erasure;
use crate::error::Fault;
use crate::suspended::not_suspended;

/// `waiting` steps from tenant to tenant through the key, so that a flood of one costs the others
/// nothing. Tenants whose oldest row waits longest come first, so that no tenant starves when there are
/// more tenants than rows in a turn. Those that are suspended wait. Of one whose window is full, only lane 0, the critical one, is
/// taken, up to twice the window. Each gets an even share of the turn, and the final order is
/// everybody's first row before anybody's second, up to so many notifications. Locks are taken last and only on rows that are
/// (nearly) all used, so that a second relay finds work of its own.
const WHOLE: &str = concat!(
    "WITH RECURSIVE waiting AS (
        (SELECT tenant FROM outbox ORDER BY tenant LIMIT 1)
        UNION ALL
        SELECT (SELECT o.tenant FROM outbox o WHERE o.tenant > w.tenant ORDER BY o.tenant LIMIT 1)
        FROM waiting w WHERE w.tenant IS NOT NULL
    ), windows AS MATERIALIZED (
        SELECT w.tenant,
            (SELECT coalesce(sum(d.size), 0) FROM dispatch d WHERE d.tenant = w.tenant) AS used
        FROM waiting w WHERE w.tenant IS NOT NULL AND ",
    not_suspended!("w.tenant"),
    "
    ), chosen AS MATERIALIZED (
        SELECT w.tenant, w.used >= $1 AS full,
            (SELECT o.id FROM outbox o WHERE o.tenant = w.tenant ORDER BY o.lane, o.id LIMIT 1) AS head
        FROM windows w
        WHERE w.used < $1 OR w.used < 2 * $1
            AND EXISTS (SELECT FROM outbox o WHERE o.tenant = w.tenant AND o.lane = 0)
        ORDER BY head LIMIT $2
    ), share AS MATERIALIZED (
        SELECT least($3, ceil($2::numeric / greatest(count(*), 1))::bigint) AS rows FROM chosen
    ), taken AS MATERIALIZED (
        SELECT o.* FROM chosen c CROSS JOIN LATERAL (
            SELECT tenant, lane, id, notification_ids FROM outbox
            WHERE outbox.tenant = c.tenant AND outbox.lane <= CASE WHEN c.full THEN 0 ELSE 32767 END
            ORDER BY outbox.lane, outbox.id LIMIT (SELECT rows FROM share)
            FOR UPDATE SKIP LOCKED
        ) o
    ), turns AS (
        SELECT *, row_number() OVER (PARTITION BY tenant ORDER BY lane, id) AS turn FROM taken
    ), counted AS (
        SELECT *, sum(cardinality(notification_ids)) OVER (
            ORDER BY turn, lane, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS before
        FROM turns
    ), locked AS MATERIALIZED (
        SELECT *, ",
    no_erasure!("tenant"),
    " AS free
        FROM (
            SELECT tenant, lane, id, notification_ids, turn,
                turn >= (SELECT rows FROM share)
                    OR count(*) OVER () < (SELECT count(*) FROM taken) AS more
            FROM counted WHERE coalesce(before, 0) < $4 ORDER BY turn, lane, id LIMIT $2
        ) AS picked
    ), ",
    scope_of_locked!(),
    "SELECT locked.*,
         (SELECT count(*) FROM windows) > (SELECT count(*) FROM chosen WHERE NOT chosen.full) AS held
     FROM scope LEFT JOIN locked ON true ORDER BY turn, lane, id"
);

pub(super) async fn claim(
    connection: &mut PgConnection,
    limits: &RelayLimits,
) -> Result<ClaimedOutboxRows, Fault> {
    let rows = sqlx::query(WHOLE)
        .bind(i64::from(limits.window_per_tenant))
        .bind(i64::from(limits.rows))
        .bind(i64::from(limits.rows_per_tenant))
        .bind(i64::from(limits.notifications))
        .fetch_all(connection)
        .await?;
    let mut claimed = ClaimedOutboxRows {
        rows: Vec::with_capacity(rows.len()),
        // More may wait if the turn is full, by rows or by notifications, or one tenant's share is.
        more: rows.len() >= usize::try_from(limits.rows).unwrap_or(usize::MAX),
        held: false,
    };
    let mut is_erasing = false;
    for row in &rows {
        claimed.held |= row.try_get::<bool, _>("held")?;
        // A turn without rows is one line that says only so.
        let Some(more) = row.try_get::<Option<bool>, _>("more")? else {
            continue;
        };
        claimed.more |= more;
        if row.try_get("free")? {
            claimed.rows.push(outbox_row(row)?);
        } else {
            is_erasing = true;
        }
    }
    // What is left because of an erasure is no reason to come back at once.
    claimed.more &= !is_erasing;
    Ok(claimed)
}
