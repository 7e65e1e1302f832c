//! Taking due rows, fairly over tenants.

use campanile_domain::{Channel, DeliveryId, Lane, NotificationId};
use campanile_storage::{ClaimedScheduleRows, Due, ReleaseLimits};
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, Row};
use uuid::Uuid;

use crate::error::Fault;
use crate::rows::Reader;
use crate::suspended::not_suspended;

/// As in the relay: from tenant to tenant through an index, an even share for each, everybody's
/// first before anybody's second. The first step finds nothing when nothing at all is due. Retries go
/// as far as their tenant's window has room; what is urgent (sends, and lane 0, which is the critical
/// one) has an index of its own and goes without room, so that it is not behind what waits for it.
const CLAIM: &str = concat!(
    "
    WITH RECURSIVE known AS (
        (SELECT tenant FROM schedule
         WHERE (SELECT min(due_at) FROM schedule) <= $1 ORDER BY tenant LIMIT 1)
        UNION ALL
        SELECT (SELECT s.tenant FROM schedule s WHERE s.tenant > k.tenant ORDER BY s.tenant LIMIT 1)
        FROM known k WHERE k.tenant IS NOT NULL
    ), heads AS MATERIALIZED (
        SELECT k.tenant,
            (SELECT s.due_at FROM schedule s WHERE s.tenant = k.tenant ORDER BY s.due_at LIMIT 1) AS head
        FROM known k WHERE k.tenant IS NOT NULL AND ",
    not_suspended!("k.tenant"),
    "
    ), ready AS MATERIALIZED (
        SELECT h.tenant, h.head,
            greatest($3 - (SELECT coalesce(sum(d.size), 0) FROM dispatch d WHERE d.tenant = h.tenant), 0)
                AS room
        FROM heads h WHERE h.head <= $1
    ), chosen AS MATERIALIZED (
        SELECT tenant, room FROM ready r
        WHERE room > 0 OR EXISTS (
            SELECT FROM schedule s WHERE s.tenant = r.tenant AND s.due_at <= $1
                AND (s.kind = 'send' OR s.lane = 0))
        ORDER BY head LIMIT $2
    ), share AS MATERIALIZED (
        SELECT ceil($2::numeric / greatest(count(*), 1))::bigint AS rows FROM chosen
    ), urgent AS MATERIALIZED (
        SELECT s.* FROM chosen c CROSS JOIN LATERAL (
            SELECT tenant, kind, key, due_at, true AS urgent FROM schedule
            WHERE schedule.tenant = c.tenant AND schedule.due_at <= $1
                AND (schedule.kind = 'send' OR schedule.lane = 0)
            ORDER BY schedule.due_at LIMIT (SELECT rows FROM share)
            FOR UPDATE SKIP LOCKED
        ) s
    ), patient AS MATERIALIZED (
        SELECT s.* FROM chosen c CROSS JOIN LATERAL (
            SELECT tenant, kind, key, due_at, false AS urgent FROM schedule
            WHERE schedule.tenant = c.tenant AND schedule.due_at <= $1
                AND NOT (schedule.kind = 'send' OR schedule.lane = 0)
            ORDER BY schedule.due_at LIMIT least((SELECT rows FROM share), c.room)
            FOR UPDATE SKIP LOCKED
        ) s
    ), picked AS MATERIALIZED (
        SELECT tenant, kind, key,
            row_number() OVER (PARTITION BY tenant, urgent ORDER BY due_at) AS turn
        FROM (SELECT * FROM urgent UNION ALL SELECT * FROM patient) taken
        ORDER BY turn, due_at LIMIT $2
    )
    DELETE FROM schedule s USING picked p
    WHERE s.tenant = p.tenant AND s.kind = p.kind AND s.key = p.key
    RETURNING s.tenant, s.lane, s.notification_id, s.channel, s.key, s.due_at, p.turn,
        (SELECT rows FROM share) AS share"
);

pub(super) async fn claim(
    connection: &mut PgConnection,
    limits: &ReleaseLimits,
    now: DateTime<Utc>,
) -> Result<ClaimedScheduleRows, Fault> {
    let rows = sqlx::query(CLAIM)
        .bind(now)
        .bind(i64::from(limits.rows))
        .bind(i64::from(limits.window_per_tenant))
        .fetch_all(connection)
        .await?;
    let mut more = rows.len() >= usize::try_from(limits.rows).unwrap_or(usize::MAX);
    let mut due = Vec::with_capacity(rows.len());
    for row in &rows {
        let mut reader = Reader::new(row, "schedule");
        let tenant = reader.tenant()?;
        let lane = Lane::from_rank(reader.next("lane")?);
        let notification = NotificationId(reader.next("notification_id")?);
        let channel: Option<&str> = reader.next("channel")?;
        let key: Uuid = reader.next("key")?;
        let at: DateTime<Utc> = reader.next("due_at")?;
        let retry = match channel.map(Channel::stored).transpose() {
            Ok(channel) => channel.map(|channel| (channel, DeliveryId(key))),
            Err(error) => return Err(reader.undecodable("channel", error.to_string())),
        };
        more |= row.try_get::<i64, _>("turn")? >= row.try_get::<i64, _>("share")?;
        due.push((
            at,
            key,
            Due {
                tenant,
                lane,
                notification,
                retry,
            },
        ));
    }
    // What RETURNING gives has no order; the longest due go first.
    due.sort_by_key(|(at, key, _)| (*at, *key));
    Ok(ClaimedScheduleRows {
        rows: due.into_iter().map(|(_, _, due)| due).collect(),
        more,
    })
}
