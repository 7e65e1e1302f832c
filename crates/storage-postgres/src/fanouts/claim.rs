//! Choosing a fan-out whose turn it is, and locking it.

use campanile_domain::{FanoutId, Lane, TenantId};
use campanile_storage::StepLimits;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::address_book::share_people;
use crate::error::Fault;
use crate::rows::Reader;

/// Tenants with something due, in turn, each with its most urgent lane and whether there is room for it.
/// As many outbox rows as this are a backlog, however little they hold: so a look stays cheap.
const TURNS: &str = "
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
    FROM ready r WHERE r.lane IS NOT NULL ORDER BY r.tenant <= $3, r.tenant";

/// Of a tenant's fan-outs in a lane the one that has waited longest since its last step.
const LOCK: &str = "
    SELECT id, expanded, cursor, updated_at FROM fanout_work
    WHERE tenant = $1 AND lane = $2 AND due_at <= $3
    ORDER BY updated_at, id LIMIT 1 FOR UPDATE SKIP LOCKED";

/// A fan-out that this transaction has locked, and where it goes on.
pub(super) struct Work {
    pub(super) tenant: TenantId,
    pub(super) id: FanoutId,
    pub(super) lane: Lane,
    pub(super) expanded: i64,
    pub(super) cursor: Option<String>,
    /// When it was last stepped.
    pub(super) updated_at: DateTime<Utc>,
}

/// What there is to do.
#[derive(Default)]
pub(super) struct Claimed {
    pub(super) work: Option<Work>,
    pub(super) held: bool,
}

pub(super) async fn claim(
    connection: &mut PgConnection,
    limits: &StepLimits,
    after: Option<&TenantId>,
    now: DateTime<Utc>,
) -> Result<Claimed, Fault> {
    let turns = sqlx::query(TURNS)
        .bind(now)
        .bind(i64::from(limits.backlog))
        .bind(after.map_or("", TenantId::as_str))
        .fetch_all(&mut *connection)
        .await?;
    let mut claimed = Claimed::default();
    for turn in &turns {
        let mut reader = Reader::new(turn, "fanout_work");
        let (tenant, lane) = (reader.tenant()?, Lane::from_rank(reader.next("lane")?));
        if reader.next("has_room")? {
            claimed.work = lock(connection, tenant, lane, now).await?;
        }
        if claimed.work.is_some() {
            break;
        }
        claimed.held = true;
    }
    Ok(claimed)
}

async fn lock(
    connection: &mut PgConnection,
    tenant: TenantId,
    lane: Lane,
    now: DateTime<Utc>,
) -> Result<Option<Work>, Fault> {
    // Before anything is read of the tenant's people: an erasure is seen whole, or waited for.
    if !share_people(connection, &tenant).await? {
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
    Ok(Some(Work {
        tenant,
        id: FanoutId(reader.next::<Uuid>("id")?),
        lane,
        expanded: reader.next("expanded")?,
        cursor: reader.next("cursor")?,
        updated_at: reader.next("updated_at")?,
    }))
}
