//! Which of the due deliveries are still to be tried.

use std::collections::HashMap;

use campanile_domain::DeliveryId;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::claim::Due;
use crate::bundle::Open;
use crate::error::Fault;
use crate::rows::{Reader, bounds};

/// Leaves out those that are not open any more, and ends those whose deadline has passed.
pub(super) async fn still_open(
    connection: &mut PgConnection,
    retries: &[&Due],
    now: DateTime<Utc>,
) -> Result<Vec<Open>, Fault> {
    if retries.is_empty() {
        return Ok(Vec::new());
    }
    let states = late(connection, retries, now).await?;
    let open = retries.iter().filter_map(|due| {
        let (channel, delivery) = due.retry?;
        (states.get(&delivery) == Some(&false)).then(|| Open {
            tenant: due.tenant.clone(),
            channel,
            lane: due.lane,
            notification: due.notification,
            delivery,
        })
    });
    Ok(open.collect())
}

/// The open ones, and whether each was too late and has been ended.
async fn late(
    connection: &mut PgConnection,
    retries: &[&Due],
    now: DateTime<Utc>,
) -> Result<HashMap<DeliveryId, bool>, Fault> {
    let ids = retries
        .iter()
        .filter_map(|due| due.retry)
        .map(|(_, delivery)| delivery.0);
    let (low, high) = bounds(retries.iter().map(|due| due.notification.0));
    let rows = sqlx::query(
        "WITH open AS MATERIALIZED (
             SELECT d.tenant, d.notification_id, d.id, coalesce(n.expires_at <= $4, false) AS late
             FROM UNNEST($1::text[], $2::uuid[], $3::uuid[]) AS x (tenant, notification_id, id)
             JOIN deliveries d ON d.tenant = x.tenant AND d.notification_id = x.notification_id
                 AND d.id = x.id
             JOIN notifications n ON n.tenant = d.tenant AND n.id = d.notification_id
             WHERE d.notification_id >= $5 AND d.notification_id <= $6
                 AND n.id >= $5 AND n.id <= $6
                 AND d.state IN ('queued', 'deferred', 'retrying')
             FOR UPDATE OF d
         ), ended AS (
             UPDATE deliveries d SET state = 'expired', reason = 'deadline_passed',
                 next_attempt_at = NULL, updated_at = $4
             FROM open o
             WHERE o.late AND d.tenant = o.tenant AND d.notification_id = o.notification_id
                 AND d.id = o.id AND d.notification_id >= $5 AND d.notification_id <= $6
         )
         SELECT id, late FROM open",
    )
    .bind(
        retries
            .iter()
            .map(|due| due.tenant.as_str())
            .collect::<Vec<_>>(),
    )
    .bind(
        retries
            .iter()
            .map(|due| due.notification.0)
            .collect::<Vec<_>>(),
    )
    .bind(ids.collect::<Vec<_>>())
    .bind(now)
    .bind(low)
    .bind(high)
    .fetch_all(connection)
    .await?;
    let read = |row| {
        let mut reader = Reader::new(row, "deliveries");
        Ok((DeliveryId(reader.next("id")?), reader.next("late")?))
    };
    rows.iter().map(read).collect()
}
