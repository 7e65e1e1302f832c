//! Storing dispatches.

use campanile_domain::{DeliveryId, NotificationId};
use campanile_storage::{Dispatch, NewDispatch};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::error::Fault;
use crate::rows::array_text;

/// Stores them.
pub(super) async fn insert(
    connection: &mut PgConnection,
    dispatches: &[NewDispatch],
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    if dispatches.is_empty() {
        return Ok(());
    }
    let rows = || dispatches.iter().map(|one| &one.dispatch);
    let ids = |part: fn(&(NotificationId, DeliveryId)) -> uuid::Uuid| {
        dispatches
            .iter()
            .map(|one| array_text(one.parts.iter().map(part)))
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
