//! Choosing a fan-out whose turn it is, and locking it.

use campanile_domain::{FanoutId, Lane, TenantId};
use campanile_storage::{FanoutInHand, TurnOfFanouts};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::address_book::share_people;
use crate::connection::count;
use crate::error::Fault;
use crate::rows::Reader;
use crate::suspended::not_suspended;

/// Tenants with something due, in turn, each with its most urgent lane and whether there is room for it.
/// As many outbox rows as this are a backlog, however little they hold: so a look stays cheap.
const TURNS: &str = concat!(
    "
    WITH RECURSIVE waiting AS (
        (SELECT tenant FROM fanout_work ORDER BY tenant LIMIT 1)
        UNION ALL
        SELECT (SELECT f.tenant FROM fanout_work f WHERE f.tenant > w.tenant ORDER BY f.tenant LIMIT 1)
        FROM waiting w WHERE w.tenant IS NOT NULL
    ), ready AS (
        SELECT w.tenant, (SELECT min(f.lane) FROM fanout_work f
            WHERE f.tenant = w.tenant AND f.due_at <= $1) AS lane
        FROM waiting w WHERE w.tenant IS NOT NULL
    )
    SELECT r.tenant, r.lane, (
        SELECT count(*) < 256 AND coalesce(sum(cardinality(o.notification_ids)), 0) < $2
        FROM (SELECT notification_ids FROM outbox
              WHERE outbox.tenant = r.tenant AND outbox.lane <= r.lane
              ORDER BY outbox.lane, outbox.id LIMIT 256) AS o
    ) AS has_room
    FROM ready r WHERE r.lane IS NOT NULL AND ",
    not_suspended!("r.tenant"),
    " ORDER BY r.tenant <= $3, r.tenant"
);

/// Of a tenant's fan-outs in a lane the one that has waited longest since its last step.
const LOCK: &str = "
    SELECT id, expanded, cursor, updated_at FROM fanout_work
    WHERE tenant = $1 AND lane = $2 AND due_at <= $3
    ORDER BY updated_at, id LIMIT 1 FOR UPDATE SKIP LOCKED";

pub(super) async fn turns(
    connection: &mut PgConnection,
    backlog: u32,
    after: Option<&TenantId>,
    now: DateTime<Utc>,
) -> Result<Vec<TurnOfFanouts>, Fault> {
    let rows = sqlx::query(TURNS)
        .bind(now)
        .bind(i64::from(backlog))
        .bind(after.map_or("", TenantId::as_str))
        .fetch_all(connection)
        .await?;
    let read = |row| {
        let mut reader = Reader::new(row, "fanout_work");
        Ok(TurnOfFanouts {
            tenant: reader.tenant()?,
            lane: Lane::from_rank(reader.next("lane")?),
            has_room: reader.next("has_room")?,
        })
    };
    rows.iter().map(read).collect()
}

pub(super) async fn next(
    connection: &mut PgConnection,
    tenant: &TenantId,
    lane: Lane,
    now: DateTime<Utc>,
) -> Result<Option<FanoutInHand>, Fault> {
    // Before anything is read of the tenant's people: an erasure is seen whole, or waited for.
    if !share_people(connection, tenant).await? {
        return Ok(None);
    }
    let row = sqlx::query(LOCK)
        .bind(tenant.as_str())
        .bind(lane.rank())
        .bind(now)
        .fetch_optional(connection)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let mut reader = Reader::new(&row, "fanout_work");
    Ok(Some(FanoutInHand {
        tenant: tenant.clone(),
        id: FanoutId(reader.next::<Uuid>("id")?),
        lane,
        expanded: count(reader.next("expanded")?),
        cursor: reader.next("cursor")?,
        updated_at: reader.next("updated_at")?,
    }))
}
