//! From the list back into the schedule.

use campanile_domain::{DeliveryId, Lane, NotificationId, TenantId};
use campanile_storage::{DeadLetterFilter, DeadLetterTaken};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::choose::{REPLAYABLE, taking};
use crate::error::Fault;
use crate::rows::{Reader, bounds};

/// Takes the oldest that match off the list.
pub(super) async fn take(
    connection: &mut PgConnection,
    tenant: &TenantId,
    filter: &DeadLetterFilter,
    limit: u32,
) -> Result<Vec<DeadLetterTaken>, Fault> {
    let mut query = taking(tenant, filter, REPLAYABLE, limit);
    query.push(" RETURNING id, notification_id, channel, lane");
    let rows = query.build().fetch_all(connection).await?;
    let read = |row| {
        let mut reader = Reader::new(row, "dead_letters");
        Ok(DeadLetterTaken {
            delivery: DeliveryId(reader.next("id")?),
            notification: NotificationId(reader.next("notification_id")?),
            channel: reader.channel()?,
            lane: Lane::from_rank(reader.next("lane")?),
        })
    };
    rows.iter().map(read).collect()
}

/// Due now, with the whole ladder before them.
pub(super) async fn revive(
    connection: &mut PgConnection,
    tenant: &TenantId,
    taken: &[DeadLetterTaken],
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let (low, high) = bounds(taken.iter().map(|one| one.notification.0));
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
    .bind(
        taken
            .iter()
            .map(|one| one.notification.0)
            .collect::<Vec<_>>(),
    )
    .bind(taken.iter().map(|one| one.delivery.0).collect::<Vec<_>>())
    .bind(
        taken
            .iter()
            .map(|one| one.channel.name())
            .collect::<Vec<_>>(),
    )
    .bind(taken.iter().map(|one| one.lane.rank()).collect::<Vec<_>>())
    .bind(now)
    .bind(low)
    .bind(high)
    .execute(connection)
    .await?;
    Ok(())
}
