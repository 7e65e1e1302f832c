//! Taking due rows, fairly over tenants.

use campanile_domain::{DeliveryId, Lane, NotificationId};
use campanile_storage::{ClaimedScheduleRows, Due, ReleaseLimits, StorageError};
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use crate::error::storage_error;
use crate::rows::{channel, get, micros, tenant};
use crate::suspended::not_suspended;

/// As in the relay, a loose scan: who has something due, and how much room in the window.
const TENANTS: &str = concat!(
    "
    WITH RECURSIVE known (tenant) AS (
        SELECT min(tenant) FROM schedule
        UNION ALL
        SELECT (SELECT min(tenant) FROM schedule WHERE tenant > known.tenant)
        FROM known WHERE known.tenant IS NOT NULL)
    SELECT tenant,
        ?2 - (SELECT coalesce(sum(size), 0) FROM dispatch d WHERE d.tenant = known.tenant)
    FROM known WHERE tenant IS NOT NULL AND ",
    not_suspended!("known.tenant"),
    "
        AND EXISTS (SELECT 1 FROM schedule s WHERE s.tenant = known.tenant AND s.due_at <= ?1)"
);

/// Sends, which the relay's window holds, and lane 0, the critical one: they go without room and have
/// an index of their own, so that they are not behind what waits for it.
const URGENT: &str = "
    SELECT tenant, key, kind, notification_id, channel, lane, due_at FROM schedule
    WHERE tenant = ?1 AND due_at <= ?2 AND (kind = 'send' OR lane = 0) ORDER BY due_at LIMIT ?3";

const PATIENT: &str = "
    SELECT tenant, key, kind, notification_id, channel, lane, due_at FROM schedule
    WHERE tenant = ?1 AND due_at <= ?2 AND NOT (kind = 'send' OR lane = 0) ORDER BY due_at LIMIT ?3";

/// Takes rows so that every tenant has its first before any has its second.
pub(super) async fn claim(
    connection: &mut SqliteConnection,
    limits: &ReleaseLimits,
    now: DateTime<Utc>,
) -> Result<ClaimedScheduleRows, StorageError> {
    let tenants: Vec<(String, i64)> = sqlx::query_as(TENANTS)
        .bind(micros(now))
        .bind(limits.window_per_tenant)
        .fetch_all(&mut *connection)
        .await
        .map_err(storage_error)?;
    let number = u32::try_from(tenants.len()).unwrap_or(u32::MAX);
    let share = i64::from(limits.rows.div_ceil(number.max(1)));
    let mut places: Vec<(usize, i64, SqliteRow)> = Vec::new();
    let mut more = false;
    for (tenant, room) in tenants {
        for (query, rows) in [(URGENT, share), (PATIENT, share.min(room))] {
            // A negative limit would be none.
            if rows <= 0 {
                continue;
            }
            let due = sqlx::query(query)
                .bind(&tenant)
                .bind(micros(now))
                .bind(rows)
                .fetch_all(&mut *connection)
                .await
                .map_err(storage_error)?;
            more |= i64::try_from(due.len()).is_ok_and(|found| found >= share);
            for (place, row) in due.into_iter().enumerate() {
                places.push((place, get(&row, "due_at")?, row));
            }
        }
    }
    places.sort_by_key(|(place, due_at, _)| (*place, *due_at));
    let found = places.len();
    places.truncate(usize::try_from(limits.rows).unwrap_or(usize::MAX));
    more |= places.len() < found;
    let mut due = Vec::with_capacity(places.len());
    for (_, _, row) in &places {
        due.push(take(connection, row).await?);
    }
    Ok(ClaimedScheduleRows { rows: due, more })
}

/// Removes a row and reads it.
async fn take(connection: &mut SqliteConnection, row: &SqliteRow) -> Result<Due, StorageError> {
    let (tenant, key): (_, Uuid) = (tenant(row)?, get(row, "key")?);
    sqlx::query("DELETE FROM schedule WHERE tenant = ? AND key = ?")
        .bind(tenant.as_str())
        .bind(key)
        .execute(connection)
        .await
        .map_err(storage_error)?;
    let retry = if get::<&str>(row, "kind")? == "send" {
        None
    } else {
        Some((channel(get(row, "channel")?)?, DeliveryId(key)))
    };
    Ok(Due {
        tenant,
        lane: Lane::from_rank(get(row, "lane")?),
        notification: NotificationId(get(row, "notification_id")?),
        retry,
    })
}
