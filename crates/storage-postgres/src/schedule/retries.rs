//! Which of the due deliveries are still to be tried.

use std::collections::HashSet;

use campanile_domain::{DeliveryId, DeliveryState, Withdrawal};
use campanile_storage::Cancelled;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::claim::Due;
use crate::bundle::Open;
use crate::error::Fault;
use crate::rows::{Reader, bounds, withdrawal_columns};

/// Leaves out those that are not open any more, and ends those whose deadline has passed and those
/// that the user is done with.
pub(super) async fn still_open(
    connection: &mut PgConnection,
    retries: &[&Due],
    now: DateTime<Utc>,
) -> Result<(Vec<Open>, Cancelled), Fault> {
    if retries.is_empty() {
        return Ok(Default::default());
    }
    let (mut open, mut ended, mut cancelled) = (HashSet::new(), Vec::new(), Cancelled::default());
    for found in found(connection, retries, now).await? {
        let (state, reason) = match (found.withdrawn, found.late) {
            (Some(why), _) => {
                let retry = retries[found.place].retry;
                retry
                    .into_iter()
                    .for_each(|(channel, _)| cancelled.add(channel, why));
                (DeliveryState::Cancelled, why.name())
            }
            (None, true) => (DeliveryState::Expired, "deadline_passed"),
            (None, false) => {
                open.insert(found.place);
                continue;
            }
        };
        ended.push((retries[found.place], state, reason));
    }
    end(connection, &ended, now).await?;
    let open = retries.iter().zip(0..).filter_map(|(due, place)| {
        let (channel, delivery) = due.retry?;
        open.contains(&place).then(|| Open {
            tenant: due.tenant.clone(),
            channel,
            lane: due.lane,
            notification: due.notification,
            delivery,
        })
    });
    Ok((open.collect(), cancelled))
}

/// An open delivery, locked.
struct Found {
    /// Its place among the retries.
    place: usize,
    late: bool,
    withdrawn: Option<Withdrawal>,
}

fn key(due: &Due) -> Uuid {
    let delivery = due.retry.map(|(_, DeliveryId(delivery))| delivery);
    delivery.unwrap_or_default()
}

async fn found(
    connection: &mut PgConnection,
    retries: &[&Due],
    now: DateTime<Utc>,
) -> Result<Vec<Found>, Fault> {
    let (low, high) = bounds(retries.iter().map(|due| due.notification.0));
    // By key, one by one: see `dispatch/record.rs`.
    let rows = sqlx::query(concat!(
        "SELECT x.place, coalesce(n.expires_at <= $4, false), ",
        withdrawal_columns!(),
        " FROM UNNEST($1::text[], $2::uuid[], $3::uuid[]) WITH ORDINALITY
              AS x (tenant, notification_id, id, place)
          CROSS JOIN LATERAL (
              SELECT * FROM deliveries d
              WHERE d.tenant = x.tenant AND d.notification_id = x.notification_id AND d.id = x.id
                  AND d.notification_id >= $5 AND d.notification_id <= $6
                  AND d.state IN ('queued', 'deferred', 'retrying')
              OFFSET 0 FOR UPDATE
          ) d
          CROSS JOIN LATERAL (
              SELECT * FROM notifications n
              WHERE n.tenant = d.tenant AND n.id >= d.notification_id AND n.id <= d.notification_id
                  AND n.id >= $5 AND n.id <= $6
              ORDER BY n.id LIMIT 1
          ) n"
    ))
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
    .bind(retries.iter().map(|due| key(due)).collect::<Vec<_>>())
    .bind(now)
    .bind(low)
    .bind(high)
    .fetch_all(connection)
    .await?;
    let read = |row| {
        let mut reader = Reader::new(row, "deliveries");
        let place: i64 = reader.next("place")?;
        Ok(Found {
            place: usize::try_from(place - 1).unwrap_or(0),
            late: reader.next("expires_at")?,
            withdrawn: reader.withdrawal()?,
        })
    };
    rows.iter().map(read).collect()
}

async fn end(
    connection: &mut PgConnection,
    ended: &[(&Due, DeliveryState, &'static str)],
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    if ended.is_empty() {
        return Ok(());
    }
    let due = || ended.iter().map(|(due, ..)| *due);
    let (low, high) = bounds(due().map(|due| due.notification.0));
    sqlx::query(
        "UPDATE deliveries d SET state = x.state, reason = x.reason, next_attempt_at = NULL,
             updated_at = $6
         FROM UNNEST($1::text[], $2::uuid[], $3::uuid[], $4::text[], $5::text[])
             AS x (tenant, notification_id, id, state, reason)
         WHERE d.tenant = x.tenant AND d.notification_id = x.notification_id AND d.id = x.id
             AND d.notification_id >= $7 AND d.notification_id <= $8",
    )
    .bind(due().map(|due| due.tenant.as_str()).collect::<Vec<_>>())
    .bind(due().map(|due| due.notification.0).collect::<Vec<_>>())
    .bind(due().map(key).collect::<Vec<_>>())
    .bind(
        ended
            .iter()
            .map(|(_, state, _)| state.name())
            .collect::<Vec<_>>(),
    )
    .bind(
        ended
            .iter()
            .map(|(_, _, reason)| *reason)
            .collect::<Vec<_>>(),
    )
    .bind(now)
    .bind(low)
    .bind(high)
    .execute(connection)
    .await?;
    Ok(())
}
