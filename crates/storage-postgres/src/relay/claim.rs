//! Taking outbox rows, fairly over tenants.

use std::collections::BTreeMap;

use campanile_domain::{Lane, OutboxId, TenantId};
use campanile_storage::RelayLimits;
use chrono::{DateTime, Utc};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};
use uuid::Uuid;

use crate::connection::limit;
use crate::error::Fault;
use crate::rows::Reader;

/// `waiting` steps from tenant to tenant through the key, so that a flood of one costs the others
/// nothing. Tenants whose oldest row waits longest come first, so nobody starves when there are
/// more tenants than rows in a turn. Of one whose window is full, only lane 0, the critical one, is
/// taken, up to twice the window. Each gets an even share of the turn, and the final order is
/// everybody's first row before anybody's second, up to so many notifications. Locks are taken last and only on rows that are
/// (nearly) all used, so that a second relay finds work of its own.
const WHOLE: &str = "
    WITH RECURSIVE waiting AS (
        (SELECT tenant FROM outbox ORDER BY tenant LIMIT 1)
        UNION ALL
        SELECT (SELECT o.tenant FROM outbox o WHERE o.tenant > w.tenant ORDER BY o.tenant LIMIT 1)
        FROM waiting w WHERE w.tenant IS NOT NULL
    ), windows AS MATERIALIZED (
        SELECT w.tenant,
            (SELECT coalesce(sum(d.size), 0) FROM dispatch d WHERE d.tenant = w.tenant) AS used
        FROM waiting w WHERE w.tenant IS NOT NULL
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
    )
    SELECT c.*,
        (SELECT count(tenant) FROM waiting) > (SELECT count(*) FROM chosen WHERE NOT chosen.full) AS held
    FROM (VALUES (1)) AS one LEFT JOIN (
        SELECT tenant, lane, id, notification_ids, turn,
            turn >= (SELECT rows FROM share)
                OR count(*) OVER () < (SELECT count(*) FROM taken) AS more
        FROM counted WHERE coalesce(before, 0) < $4 ORDER BY turn, lane, id LIMIT $2
    ) c ON true ORDER BY turn, lane, id";

/// All that came lately.
const RECENT: &str = "
    SELECT tenant, lane, id, notification_ids FROM outbox
    WHERE id >= $1 ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED";

/// So many rows are chosen from here; at 256 notifications each they still fit in memory.
const RECENT_ROWS: usize = 1_024;

/// An outbox row that this transaction has locked.
pub(super) struct OutboxRow {
    pub(super) tenant: TenantId,
    pub(super) lane: Lane,
    pub(super) id: Uuid,
    pub(super) notification_ids: Vec<Uuid>,
}

/// What a turn takes.
pub(super) struct Claimed {
    pub(super) rows: Vec<OutboxRow>,
    pub(super) more: bool,
    pub(super) held: bool,
}

impl Claimed {
    /// When the oldest row was made.
    pub(super) fn oldest(&self) -> Option<DateTime<Utc>> {
        let made = self.rows.iter().map(|row| OutboxId(row.id).made_at());
        made.flatten().min()
    }
}

pub(super) async fn claim(
    connection: &mut PgConnection,
    limits: &RelayLimits,
) -> Result<Claimed, Fault> {
    if let Some(since) = limits.since
        && let Some(rows) = recent(connection, since).await?
    {
        let found = rows.len();
        let rows = fairly(rows, limits);
        return Ok(Claimed {
            more: rows.len() < found,
            rows,
            held: false,
        });
    }
    whole(connection, limits).await
}

/// Nothing if there are too many to choose from here.
async fn recent(
    connection: &mut PgConnection,
    since: DateTime<Utc>,
) -> Result<Option<Vec<OutboxRow>>, Fault> {
    let rows = sqlx::query(RECENT)
        .bind(OutboxId::floor(since).0)
        .bind(limit(RECENT_ROWS + 1))
        .fetch_all(connection)
        .await?;
    if rows.len() > RECENT_ROWS {
        return Ok(None);
    }
    rows.iter()
        .map(outbox_row)
        .collect::<Result<_, _>>()
        .map(Some)
}

/// The choice that [`WHOLE`] makes: an even share for each tenant, everybody's first row before
/// anybody's second, up to so many notifications.
fn fairly(rows: Vec<OutboxRow>, limits: &RelayLimits) -> Vec<OutboxRow> {
    let size = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    let mut tenants: BTreeMap<TenantId, Vec<OutboxRow>> = BTreeMap::new();
    for row in rows {
        tenants.entry(row.tenant.clone()).or_default().push(row);
    }
    let share = size(limits.rows).div_ceil(tenants.len().max(1));
    let share = share.min(size(limits.rows_per_tenant));
    let mut turns = Vec::new();
    for mut rows in tenants.into_values() {
        rows.sort_by_key(|row| (row.lane.rank(), row.id));
        turns.extend(rows.into_iter().take(share).enumerate());
    }
    turns.sort_by_key(|(turn, row)| (*turn, row.lane.rank(), row.id));
    let mut notifications = 0;
    let fits = |(_, row): &(usize, OutboxRow)| {
        let fits = notifications < size(limits.notifications);
        notifications += row.notification_ids.len();
        fits
    };
    let rows = turns.into_iter().take(size(limits.rows)).take_while(fits);
    rows.map(|(_, row)| row).collect()
}

async fn whole(connection: &mut PgConnection, limits: &RelayLimits) -> Result<Claimed, Fault> {
    let rows = sqlx::query(WHOLE)
        .bind(i64::from(limits.window_per_tenant))
        .bind(i64::from(limits.rows))
        .bind(i64::from(limits.rows_per_tenant))
        .bind(i64::from(limits.notifications))
        .fetch_all(connection)
        .await?;
    let mut claimed = Claimed {
        rows: Vec::with_capacity(rows.len()),
        // More may wait if the turn is full, by rows or by notifications, or one tenant's share is.
        more: rows.len() >= usize::try_from(limits.rows).unwrap_or(usize::MAX),
        held: false,
    };
    for row in &rows {
        claimed.held |= row.try_get::<bool, _>("held")?;
        // A turn without rows is one line that says only so.
        if let Some(more) = row.try_get::<Option<bool>, _>("more")? {
            claimed.more |= more;
            claimed.rows.push(outbox_row(row)?);
        }
    }
    Ok(claimed)
}

fn outbox_row(row: &PgRow) -> Result<OutboxRow, Fault> {
    let mut reader = Reader::new(row, "outbox");
    Ok(OutboxRow {
        tenant: reader.tenant()?,
        lane: Lane::from_rank(reader.next("lane")?),
        id: reader.next("id")?,
        notification_ids: reader.next("notification_ids")?,
    })
}
