//! Deliveries that take the place of those whose address was lost.

use campanile_domain::{
    Channel, DeliveryId, Lane, NotificationId, PlannedDelivery, TenantId, UserId,
    readdress as lines,
};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::usable;
use crate::deferred;
use crate::error::Fault;
use crate::rows::bounds;

/// A delivery whose address is not its user's any more.
pub(crate) struct Lost<'a> {
    pub(crate) tenant: &'a TenantId,
    pub(crate) user: &'a UserId,
    pub(crate) notification: NotificationId,
    pub(crate) delivery: DeliveryId,
    pub(crate) channel: Channel,
    pub(crate) lane: Lane,
}

/// A new row for each address that has none yet of its notification, and one in the schedule. The lost
/// delivery's row has to be there, at its end: whoever wrote that has locked it, so that no erasure
/// passes in between.
const READDRESS: &str = "
    WITH fresh AS (
        INSERT INTO deliveries (tenant, notification_id, id, user_id, channel, address, state, reason,
            next_attempt_at, deferrals, created_at, updated_at)
        SELECT x.tenant, x.notification_id, x.id, x.user_id, x.channel, x.address, x.state, x.reason,
            $11, '[]'::jsonb || x.deferral::jsonb, $11, $11
        FROM UNNEST($1::text[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[],
            $7::text[], $8::text[], $9::text[], $10::text[])
            AS x (tenant, notification_id, lost, id, user_id, channel, address, state, reason,
                deferral)
        CROSS JOIN LATERAL (
            SELECT FROM deliveries d
            WHERE d.tenant = x.tenant AND d.notification_id = x.notification_id AND d.id = x.lost
                AND d.notification_id >= $13 AND d.notification_id <= $14
                AND d.state NOT IN ('queued', 'deferred', 'retrying')
            OFFSET 0
        ) lost
        ON CONFLICT DO NOTHING RETURNING tenant, notification_id, id, user_id, channel
    )
    INSERT INTO schedule (tenant, kind, key, notification_id, channel, lane, due_at, user_id)
    SELECT f.tenant, 'retry', f.id, f.notification_id, f.channel, x.lane, $11, f.user_id
    FROM fresh f
    JOIN UNNEST($1::text[], $4::uuid[], $12::smallint[]) AS x (tenant, id, lane)
        ON x.tenant = f.tenant AND x.id = f.id
    ON CONFLICT (tenant, kind, key) DO NOTHING";

/// Adds them; nothing is asked where no address was lost.
pub(crate) async fn readdress(
    connection: &mut PgConnection,
    lost: &[Lost<'_>],
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let people = lost.iter().map(|one| (one.tenant, one.user));
    let book = usable(connection, people).await?;
    let mut added: Vec<(&Lost<'_>, PlannedDelivery)> = Vec::new();
    for one in lost {
        let theirs = book.get(&(one.tenant.clone(), one.user.clone()));
        let theirs = theirs.map_or(&[][..], Vec::as_slice);
        let lines = lines(one.notification, one.channel, theirs, now);
        added.extend(lines.map(|line| (one, line)));
    }
    if added.is_empty() {
        return Ok(());
    }
    let (low, high) = bounds(added.iter().map(|(one, _)| one.notification.0));
    let deferral = |line: &PlannedDelivery| Some(deferred::written(now, line.reason?, line.until?));
    let lines = || added.iter().map(|(_, line)| line);
    sqlx::query(READDRESS)
        .bind(
            added
                .iter()
                .map(|(one, _)| one.tenant.as_str())
                .collect::<Vec<_>>(),
        )
        .bind(
            added
                .iter()
                .map(|(one, _)| one.notification.0)
                .collect::<Vec<_>>(),
        )
        .bind(
            added
                .iter()
                .map(|(one, _)| one.delivery.0)
                .collect::<Vec<_>>(),
        )
        .bind(lines().map(|line| line.id.0).collect::<Vec<_>>())
        .bind(
            added
                .iter()
                .map(|(one, _)| one.user.as_str())
                .collect::<Vec<_>>(),
        )
        .bind(lines().map(|line| line.channel.name()).collect::<Vec<_>>())
        .bind(
            lines()
                .map(|line| line.address.as_str())
                .collect::<Vec<_>>(),
        )
        .bind(lines().map(|line| line.state.name()).collect::<Vec<_>>())
        .bind(lines().map(|line| line.reason).collect::<Vec<_>>())
        .bind(lines().map(deferral).collect::<Vec<_>>())
        .bind(now)
        .bind(
            added
                .iter()
                .map(|(one, _)| one.lane.rank())
                .collect::<Vec<_>>(),
        )
        .bind(low)
        .bind(high)
        .execute(connection)
        .await?;
    Ok(())
}
