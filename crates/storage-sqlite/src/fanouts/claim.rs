//! Choosing a fan-out whose turn it is. The one writer is the lock.

use campanile_domain::{FanoutId, Lane, TenantId};
use campanile_storage::{StepLimits, StorageError};
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;

use crate::error::storage_error;
use crate::rows::{get, micros, tenant};

/// A fan-out, and where it goes on.
pub(super) struct Work {
    pub(super) tenant: TenantId,
    pub(super) id: FanoutId,
    pub(super) lane: Lane,
    pub(super) expanded: i64,
    pub(super) cursor: Option<String>,
}

/// What there is to do.
#[derive(Default)]
pub(super) struct Claimed {
    pub(super) work: Option<Work>,
    pub(super) held: bool,
}

pub(super) async fn claim(
    connection: &mut SqliteConnection,
    limits: &StepLimits,
    after: Option<&TenantId>,
    now: DateTime<Utc>,
) -> Result<Claimed, StorageError> {
    // Tenants with something due, in turn, each with its most urgent lane.
    let turns = sqlx::query(
        "SELECT tenant, min(lane) AS lane FROM fanout_work WHERE due_at <= ?1 \
         GROUP BY tenant ORDER BY tenant <= ?2, tenant",
    )
    .bind(micros(now))
    .bind(after.map_or("", TenantId::as_str))
    .fetch_all(&mut *connection)
    .await
    .map_err(storage_error)?;
    let mut claimed = Claimed::default();
    for turn in &turns {
        let (tenant, lane) = (tenant(turn)?, Lane::from_rank(get(turn, "lane")?));
        if has_room(connection, limits, &tenant, lane).await? {
            claimed.work = next(connection, tenant, lane, now).await?;
        }
        if claimed.work.is_some() {
            break;
        }
        claimed.held = true;
    }
    Ok(claimed)
}

/// As many outbox rows as this are a backlog, however little they hold: so a look stays cheap.
async fn has_room(
    connection: &mut SqliteConnection,
    limits: &StepLimits,
    tenant: &TenantId,
    lane: Lane,
) -> Result<bool, StorageError> {
    sqlx::query_scalar(
        "SELECT count(*) < 256 AND coalesce(sum(length(notification_ids) / 16), 0) < ?3 FROM \
         (SELECT notification_ids FROM outbox WHERE tenant = ?1 AND lane <= ?2 LIMIT 256)",
    )
    .bind(tenant.as_str())
    .bind(lane.rank())
    .bind(limits.backlog)
    .fetch_one(connection)
    .await
    .map_err(storage_error)
}

/// Of a tenant's fan-outs in a lane the one that has waited longest since its last step.
async fn next(
    connection: &mut SqliteConnection,
    tenant: TenantId,
    lane: Lane,
    now: DateTime<Utc>,
) -> Result<Option<Work>, StorageError> {
    let row = sqlx::query(
        "SELECT id, expanded, cursor FROM fanout_work \
         WHERE tenant = ? AND lane = ? AND due_at <= ? ORDER BY updated_at, id LIMIT 1",
    )
    .bind(tenant.as_str())
    .bind(lane.rank())
    .bind(micros(now))
    .fetch_optional(connection)
    .await
    .map_err(storage_error)?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Work {
        tenant,
        id: FanoutId(get(&row, "id")?),
        lane,
        expanded: get(&row, "expanded")?,
        cursor: get(&row, "cursor")?,
    }))
}
