//! Taking due rows, fairly over tenants.

use campanile_domain::{Channel, DeliveryId, Lane, NotificationId, TenantId};
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, Row};
use uuid::Uuid;

use crate::error::Fault;
use crate::rows::Reader;

/// As in the relay: from tenant to tenant through an index, an even share for each, everybody's
/// first before anybody's second. The first step finds nothing when nothing at all is due.
const CLAIM: &str = "
    WITH RECURSIVE known AS (
        (SELECT tenant FROM schedule
         WHERE EXISTS (SELECT FROM schedule WHERE due_at <= $1) ORDER BY tenant LIMIT 1)
        UNION ALL
        SELECT (SELECT s.tenant FROM schedule s WHERE s.tenant > k.tenant ORDER BY s.tenant LIMIT 1)
        FROM known k WHERE k.tenant IS NOT NULL
    ), heads AS MATERIALIZED (
        SELECT k.tenant,
            (SELECT s.due_at FROM schedule s WHERE s.tenant = k.tenant ORDER BY s.due_at LIMIT 1) AS head
        FROM known k WHERE k.tenant IS NOT NULL
    ), chosen AS MATERIALIZED (
        SELECT tenant FROM heads WHERE head <= $1 ORDER BY head LIMIT $2
    ), share AS MATERIALIZED (
        SELECT ceil($2::numeric / greatest(count(*), 1))::bigint AS rows FROM chosen
    ), taken AS MATERIALIZED (
        SELECT s.* FROM chosen c CROSS JOIN LATERAL (
            SELECT tenant, kind, key, due_at FROM schedule
            WHERE schedule.tenant = c.tenant AND schedule.due_at <= $1
            ORDER BY schedule.due_at LIMIT (SELECT rows FROM share)
            FOR UPDATE SKIP LOCKED
        ) s
    ), picked AS MATERIALIZED (
        SELECT tenant, kind, key,
            row_number() OVER (PARTITION BY tenant ORDER BY due_at) AS turn
        FROM taken ORDER BY turn, due_at LIMIT $2
    )
    DELETE FROM schedule s USING picked p
    WHERE s.tenant = p.tenant AND s.kind = p.kind AND s.key = p.key
    RETURNING s.tenant, s.lane, s.notification_id, s.channel, s.key, s.due_at, p.turn,
        (SELECT rows FROM share) AS share";

/// A row whose time has come; it is gone from the table.
pub(super) struct Due {
    pub(super) tenant: TenantId,
    pub(super) lane: Lane,
    pub(super) notification: NotificationId,
    /// What to try again; without it, the notification is to be sent for the first time.
    pub(super) retry: Option<(Channel, DeliveryId)>,
}

/// What a turn takes.
pub(super) struct Claimed {
    pub(super) rows: Vec<Due>,
    pub(super) more: bool,
}

pub(super) async fn claim(
    connection: &mut PgConnection,
    now: DateTime<Utc>,
    limit: u32,
) -> Result<Claimed, Fault> {
    let rows = sqlx::query(CLAIM)
        .bind(now)
        .bind(i64::from(limit))
        .fetch_all(connection)
        .await?;
    let mut more = rows.len() >= usize::try_from(limit).unwrap_or(usize::MAX);
    let mut due = Vec::with_capacity(rows.len());
    for row in &rows {
        let mut reader = Reader::new(row, "schedule");
        let tenant = reader.tenant()?;
        let lane = Lane::from_rank(reader.next("lane")?);
        let notification = NotificationId(reader.next("notification_id")?);
        let channel: Option<&str> = reader.next("channel")?;
        let key: Uuid = reader.next("key")?;
        let at: DateTime<Utc> = reader.next("due_at")?;
        let retry = match channel.map(str::parse::<Channel>).transpose() {
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
    Ok(Claimed {
        rows: due.into_iter().map(|(_, _, due)| due).collect(),
        more,
    })
}
