//! Bundling open deliveries into dispatches, for the relay and the scheduler.

use std::collections::BTreeMap;

use campanile_domain::{Channel, DeliveryId, DispatchId, Lane, NotificationId, TenantId};
use campanile_storage::Dispatch;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::error::Fault;
use crate::rows::array_text;

/// A delivery that is to be sent.
pub(crate) struct Open {
    pub(crate) tenant: TenantId,
    pub(crate) channel: Channel,
    pub(crate) lane: Lane,
    pub(crate) notification: NotificationId,
    pub(crate) delivery: DeliveryId,
}

/// A dispatch row and what it holds.
pub(crate) struct Bundle {
    pub(crate) dispatch: Dispatch,
    parts: Vec<(NotificationId, DeliveryId)>,
}

/// Groups by lane (most urgent first), tenant and channel, at most `size` in one.
pub(crate) fn bundle(open: Vec<Open>, size: usize, now: DateTime<Utc>) -> Vec<Bundle> {
    let mut groups: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for one in open {
        let group = groups
            .entry((one.lane.rank(), one.tenant, one.channel))
            .or_default();
        group.push((one.notification, one.delivery));
    }
    let mut bundles = Vec::new();
    for ((lane, tenant, channel), parts) in groups {
        bundles.extend(parts.chunks(size.max(1)).map(|parts| Bundle {
            dispatch: Dispatch {
                id: DispatchId::at(now),
                tenant: tenant.clone(),
                channel,
                lane: Lane::from_rank(lane),
                epoch: 0,
                size: parts.len(),
                publish_after: now + Dispatch::WINDOW,
                suspect: false,
            },
            parts: parts.to_vec(),
        }));
    }
    bundles
}

/// Stores them.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    bundles: &[Bundle],
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    if bundles.is_empty() {
        return Ok(());
    }
    let rows = || bundles.iter().map(|b| &b.dispatch);
    let ids = |part: fn(&(NotificationId, DeliveryId)) -> uuid::Uuid| {
        bundles
            .iter()
            .map(|b| array_text(b.parts.iter().map(part)))
            .collect::<Vec<_>>()
    };
    sqlx::query(
        "INSERT INTO dispatch (tenant, id, channel, lane, epoch, notification_ids, delivery_ids,
             size, publish_after, created_at)
         SELECT d.tenant, d.id, d.channel, d.lane, 0, d.notification_ids::uuid[],
             d.delivery_ids::uuid[], d.size, $8, $9
         FROM UNNEST($1::text[], $2::uuid[], $3::text[], $4::smallint[], $5::text[], $6::text[],
             $7::integer[]) AS d (tenant, id, channel, lane, notification_ids, delivery_ids, size)",
    )
    .bind(rows().map(|d| d.tenant.as_str()).collect::<Vec<_>>())
    .bind(rows().map(|d| d.id.0).collect::<Vec<_>>())
    .bind(rows().map(|d| d.channel.name()).collect::<Vec<_>>())
    .bind(rows().map(|d| d.lane.rank()).collect::<Vec<_>>())
    .bind(ids(|(notification, _)| notification.0))
    .bind(ids(|(_, delivery)| delivery.0))
    .bind(
        rows()
            .map(|d| i32::try_from(d.size).unwrap_or(i32::MAX))
            .collect::<Vec<_>>(),
    )
    .bind(now + Dispatch::WINDOW)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}
