//! From the list back into the schedule.

use campanile_domain::TenantId;
use chrono::{DateTime, Utc};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};
use uuid::Uuid;

use crate::error::Fault;
use crate::rows::bounds;

/// A dead letter that has been taken off the list.
pub(super) struct Taken {
    id: Uuid,
    notification: Uuid,
    channel: String,
    lane: i16,
}

impl Taken {
    pub(super) fn read(row: &PgRow) -> Result<Self, Fault> {
        Ok(Self {
            id: row.try_get("id")?,
            notification: row.try_get("notification_id")?,
            channel: row.try_get("channel")?,
            lane: row.try_get("lane")?,
        })
    }
}

/// Due now, with the whole ladder before them.
pub(super) async fn revive(
    connection: &mut PgConnection,
    tenant: &TenantId,
    taken: &[Taken],
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    if taken.is_empty() {
        return Ok(());
    }
    let (low, high) = bounds(taken.iter().map(|one| one.notification));
    sqlx::query(
        "WITH revived AS (
             UPDATE deliveries d SET state = 'retrying', reason = NULL, next_attempt_at = $6,
                 updated_at = $6, unfinished_starts = 0, started_account = NULL,
                 ladder_from = jsonb_array_length(d.attempts)
             FROM UNNEST($2::uuid[], $3::uuid[], $4::text[], $5::smallint[])
                 AS x (notification_id, id, channel, lane)
             WHERE d.tenant = $1 AND d.notification_id = x.notification_id AND d.id = x.id
                 AND d.state = 'dead' AND d.notification_id >= $7 AND d.notification_id <= $8
             RETURNING d.tenant, d.id, d.notification_id, x.channel, x.lane
         )
         INSERT INTO schedule (tenant, kind, key, notification_id, channel, lane, due_at)
         SELECT r.tenant, 'retry', r.id, r.notification_id, r.channel, r.lane, $6 FROM revived r",
    )
    .bind(tenant.as_str())
    .bind(taken.iter().map(|one| one.notification).collect::<Vec<_>>())
    .bind(taken.iter().map(|one| one.id).collect::<Vec<_>>())
    .bind(
        taken
            .iter()
            .map(|one| one.channel.as_str())
            .collect::<Vec<_>>(),
    )
    .bind(taken.iter().map(|one| one.lane).collect::<Vec<_>>())
    .bind(now)
    .bind(low)
    .bind(high)
    .execute(connection)
    .await?;
    Ok(())
}
