//! Taking outbox rows, fairly over tenants.

use campanile_domain::{Lane, NotificationId, OutboxId};
use campanile_storage::{ClaimedOutboxRows, OutboxInHand, RelayLimits, StorageError};
use sqlx::{Row, SqliteConnection};

use crate::error::storage_error;
use crate::rows::{get, tenant, unpack};
use crate::suspended::not_suspended;

/// Takes rows so that every tenant has its first before any has its second. Every turn is a whole one: here removed
/// rows cost nothing.
pub(super) async fn claim(
    connection: &mut SqliteConnection,
    limits: &RelayLimits,
) -> Result<ClaimedOutboxRows, StorageError> {
    // A loose scan over the tenants: its cost grows with their number, not with the backlog.
    let waiting: Vec<(String, i64)> = sqlx::query_as(concat!(
        "WITH RECURSIVE waiting (tenant) AS ( \
             SELECT min(tenant) FROM outbox \
             UNION ALL \
             SELECT (SELECT min(tenant) FROM outbox WHERE tenant > waiting.tenant) \
             FROM waiting WHERE waiting.tenant IS NOT NULL) \
         SELECT tenant, \
             (SELECT coalesce(sum(size), 0) FROM dispatch d WHERE d.tenant = waiting.tenant) \
         FROM waiting WHERE tenant IS NOT NULL AND ",
        not_suspended!("waiting.tenant")
    ))
    .fetch_all(&mut *connection)
    .await
    .map_err(storage_error)?;
    let window = i64::from(limits.window_per_tenant);
    let held = waiting.iter().any(|(_, used)| *used >= window);
    // Of one whose window is full, the critical lane is taken, up to twice the window.
    let last_lane = |used| match used {
        used if used < window => Some(i16::MAX),
        used if used < 2 * window => Some(Lane::Critical.rank()),
        _ => None,
    };
    let tenants = waiting.into_iter();
    let tenants = tenants.filter_map(|(tenant, used)| Some((tenant, last_lane(used)?)));
    let tenants: Vec<(String, i16)> = tenants.collect();
    let even = limits
        .rows
        .div_ceil(u32::try_from(tenants.len()).unwrap_or(u32::MAX).max(1));
    let share = limits.rows_per_tenant.min(even);
    let mut places: Vec<(usize, OutboxInHand)> = Vec::new();
    let mut full = false;
    for (name, last_lane) in tenants {
        let rows = sqlx::query(
            "SELECT tenant, lane, id, notification_ids FROM outbox WHERE tenant = ? \
             AND lane <= ? ORDER BY lane, id LIMIT ?",
        )
        .bind(&name)
        .bind(last_lane)
        .bind(share)
        .fetch_all(&mut *connection)
        .await
        .map_err(storage_error)?;
        full |= rows.len() >= share as usize;
        for (place, row) in rows.iter().enumerate() {
            let claimed = OutboxInHand {
                tenant: tenant(row)?,
                lane: Lane::from_rank(get(row, "lane")?),
                id: OutboxId(get(row, "id")?),
                notifications: unpack(row.try_get("notification_ids").map_err(storage_error)?)
                    .map(NotificationId)
                    .collect(),
            };
            places.push((place, claimed));
        }
    }
    places.sort_by_key(|(place, row)| (*place, row.lane.rank(), row.id));
    let found = places.len();
    places.truncate(limits.rows as usize);
    let mut taken = 0;
    places.retain(|(_, row)| {
        let fits = taken < limits.notifications as usize;
        taken += row.notifications.len();
        fits
    });
    let more = full || places.len() < found;
    Ok(ClaimedOutboxRows {
        rows: places.into_iter().map(|(_, row)| row).collect(),
        more,
        held,
    })
}
