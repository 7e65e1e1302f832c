//! Choosing a fan-out whose turn it is. The one writer is the lock.

use campanile_domain::{FanoutId, Lane, TenantId};
use campanile_storage::{FanoutInHand, StorageError, TurnOfFanouts};
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;

use crate::error::storage_error;
use crate::rows::{get, micros, moment, tenant};
use crate::suspended::not_suspended;

/// Tenants with something due, in turn, each with its most urgent lane, up to the first that has room.
pub(super) async fn turns(
    connection: &mut SqliteConnection,
    backlog: u32,
    after: Option<&TenantId>,
    now: DateTime<Utc>,
) -> Result<Vec<TurnOfFanouts>, StorageError> {
    let rows = sqlx::query(concat!(
        "SELECT tenant, min(lane) AS lane FROM fanout_work WHERE due_at <= ?1 AND ",
        not_suspended!("fanout_work.tenant"),
        " GROUP BY tenant ORDER BY tenant <= ?2, tenant",
    ))
    .bind(micros(now))
    .bind(after.map_or("", TenantId::as_str))
    .fetch_all(&mut *connection)
    .await
    .map_err(storage_error)?;
    let mut turns = Vec::with_capacity(rows.len());
    for row in &rows {
        let (tenant, lane) = (tenant(row)?, Lane::from_rank(get(row, "lane")?));
        let has_room = has_room(connection, backlog, &tenant, lane).await?;
        turns.push(TurnOfFanouts {
            tenant,
            lane,
            has_room,
        });
        // The one writer is never passed over, so the first with room is the last that is asked for.
        if has_room {
            break;
        }
    }
    Ok(turns)
}

/// As many outbox rows as this are a backlog, however little they hold: so a look stays cheap.
async fn has_room(
    connection: &mut SqliteConnection,
    backlog: u32,
    tenant: &TenantId,
    lane: Lane,
) -> Result<bool, StorageError> {
    sqlx::query_scalar(
        "SELECT count(*) < 256 AND coalesce(sum(length(notification_ids) / 16), 0) < ?3 FROM \
         (SELECT notification_ids FROM outbox WHERE tenant = ?1 AND lane <= ?2 LIMIT 256)",
    )
    .bind(tenant.as_str())
    .bind(lane.rank())
    .bind(backlog)
    .fetch_one(connection)
    .await
    .map_err(storage_error)
}

/// Of a tenant's fan-outs in a lane the one that has waited longest since its last step.
pub(super) async fn next(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    lane: Lane,
    now: DateTime<Utc>,
) -> Result<Option<FanoutInHand>, StorageError> {
    let row = sqlx::query(
        "SELECT id, expanded, cursor, updated_at FROM fanout_work \
         WHERE tenant = ? AND lane = ? AND due_at <= ? ORDER BY updated_at, id LIMIT 1",
    )
    .bind(tenant.as_str())
    .bind(lane.rank())
    .bind(micros(now))
    .fetch_optional(connection)
    .await
    .map_err(storage_error)?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(FanoutInHand {
        tenant: tenant.clone(),
        id: FanoutId(get(&row, "id")?),
        lane,
        expanded: u64::try_from(get::<i64>(&row, "expanded")?).unwrap_or(0),
        cursor: get(&row, "cursor")?,
        updated_at: moment(get(&row, "updated_at")?)?,
    }))
}
