//! Most turns: what came lately, by time.

use std::collections::BTreeMap;

use campanile_domain::{OutboxId, TenantId};
use campanile_storage::{ClaimedOutboxRows, OutboxInHand, RelayLimits};
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, Row};

use super::{outbox_row, scope_of_locked};
use crate::address_book::no_erasure;
use crate::connection::limit;
use crate::error::Fault;
use crate::suspended::not_suspended;

/// All that came lately. If that is of more tenants than a turn has rows, no tenant is locked: each takes a
/// place in the server's table of locks.
const RECENT: &str = concat!(
    "WITH found AS MATERIALIZED (
         SELECT tenant, lane, id, notification_ids FROM outbox
         WHERE id >= $1 ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED
     ), locked AS MATERIALIZED (
         SELECT *, CASE WHEN (SELECT count(DISTINCT tenant) FROM found) <= $3 THEN ",
    no_erasure!("tenant"),
    " AND ",
    not_suspended!("found.tenant"),
    " END AS free
         FROM found
     ), ",
    scope_of_locked!(),
    "SELECT locked.* FROM scope CROSS JOIN locked"
);

/// So many rows are chosen from here; at 256 notifications each they still fit in memory.
const ROWS: usize = 1_024;

/// Nothing if there are too many rows or tenants to choose from here.
pub(super) async fn claim(
    connection: &mut PgConnection,
    since: DateTime<Utc>,
    limits: &RelayLimits,
) -> Result<Option<ClaimedOutboxRows>, Fault> {
    let rows = sqlx::query(RECENT)
        .bind(OutboxId::floor(since).0)
        .bind(limit(ROWS + 1))
        .bind(i64::from(limits.rows))
        .fetch_all(connection)
        .await?;
    if rows.len() > ROWS {
        return Ok(None);
    }
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        match row.try_get("free")? {
            Some(true) => found.push(outbox_row(row)?),
            Some(false) => {}
            None => return Ok(None),
        }
    }
    let free = found.len();
    let rows = fairly(found, limits);
    Ok(Some(ClaimedOutboxRows {
        more: rows.len() < free,
        rows,
        held: false,
    }))
}

/// The choice that a whole turn makes: an even share for each tenant, everybody's first row before
/// anybody's second, up to so many notifications.
fn fairly(rows: Vec<OutboxInHand>, limits: &RelayLimits) -> Vec<OutboxInHand> {
    let size = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    let mut tenants: BTreeMap<TenantId, Vec<OutboxInHand>> = BTreeMap::new();
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
    let fits = |(_, row): &(usize, OutboxInHand)| {
        let fits = notifications < size(limits.notifications);
        notifications += row.notifications.len();
        fits
    };
    let rows = turns.into_iter().take(size(limits.rows)).take_while(fits);
    rows.map(|(_, row)| row).collect()
}
