//! Deliveries that wait because their users are not to be disturbed, for the relay and the scheduler.

use campanile_domain::{Channel, Deferral, DeliveryId, Lane, NotificationId, TenantId, UserId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::error::Fault;

/// A delivery that waits.
pub(crate) struct Deferred {
    pub(crate) tenant: TenantId,
    pub(crate) user: UserId,
    pub(crate) notification: NotificationId,
    pub(crate) delivery: DeliveryId,
    pub(crate) channel: Channel,
    pub(crate) lane: Lane,
    pub(crate) until: DateTime<Utc>,
}

/// What is kept of a deferral in its delivery's row, as JSON.
pub(crate) fn written(at: DateTime<Utc>, reason: &str, until: DateTime<Utc>) -> String {
    let deferral = Deferral {
        at,
        reason: reason.to_owned(),
        until,
    };
    serde_json::to_string(&deferral).expect("moments and a code always serialise")
}

/// Puts them into the schedule, where a change of their users' choices finds them.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    deferred: &[Deferred],
) -> Result<(), Fault> {
    if deferred.is_empty() {
        return Ok(());
    }
    let text = |of: fn(&Deferred) -> &str| deferred.iter().map(of).collect::<Vec<_>>();
    sqlx::query(
        "INSERT INTO schedule (tenant, kind, key, notification_id, channel, lane, due_at, user_id)
         SELECT x.tenant, 'retry', x.key, x.notification_id, x.channel, x.lane, x.due_at, x.user_id
         FROM UNNEST($1::text[], $2::uuid[], $3::uuid[], $4::text[], $5::smallint[],
             $6::timestamptz[], $7::text[])
             AS x (tenant, key, notification_id, channel, lane, due_at, user_id)
         ON CONFLICT (tenant, kind, key) DO UPDATE
             SET due_at = excluded.due_at, user_id = excluded.user_id",
    )
    .bind(text(|one| one.tenant.as_str()))
    .bind(
        deferred
            .iter()
            .map(|one| one.delivery.0)
            .collect::<Vec<_>>(),
    )
    .bind(
        deferred
            .iter()
            .map(|one| one.notification.0)
            .collect::<Vec<_>>(),
    )
    .bind(text(|one| one.channel.name()))
    .bind(
        deferred
            .iter()
            .map(|one| one.lane.rank())
            .collect::<Vec<_>>(),
    )
    .bind(deferred.iter().map(|one| one.until).collect::<Vec<_>>())
    .bind(text(|one| one.user.as_str()))
    .execute(connection)
    .await?;
    Ok(())
}
