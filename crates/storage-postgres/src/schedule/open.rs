//! The due deliveries that are still open, locked, with what a verdict looks at.

use std::sync::LazyLock;

use campanile_domain::{DeliveryId, LostAddress, NotificationType, UserId};
use campanile_storage::{Due, DueFacts, OpenDue};
use sqlx::PgConnection;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::error::Fault;
use crate::rows::{HOLDER_COLUMN, Reader, bounds, delivery_with_device, withdrawal_columns};

/// The delivery that is due.
pub(super) fn key(due: &Due) -> Uuid {
    let delivery = due.retry.map(|(_, DeliveryId(delivery))| delivery);
    delivery.unwrap_or_default()
}

/// By key, one by one: see `dispatch/record.rs`.
static OPEN: LazyLock<String> = LazyLock::new(|| {
    [
        concat!(
            "SELECT x.place, ",
            withdrawal_columns!(),
            ", n.user_id, n.notification_type, n.priority, n.expires_at, d.channel, d.address, "
        ),
        HOLDER_COLUMN.as_str(),
        concat!(
            " FROM UNNEST($1::text[], $2::uuid[], $3::uuid[], $6::bigint[])
          AS x (tenant, notification_id, id, place)
      CROSS JOIN LATERAL (
          SELECT ",
            delivery_with_device!(),
            " FROM deliveries d
          WHERE d.tenant = x.tenant AND d.notification_id = x.notification_id AND d.id = x.id
              AND d.notification_id >= $4 AND d.notification_id <= $5
              AND d.state IN ('queued', 'deferred', 'retrying')
          OFFSET 0 FOR UPDATE
      ) d
      CROSS JOIN LATERAL (
          SELECT * FROM notifications n
          WHERE n.tenant = d.tenant AND n.id >= d.notification_id AND n.id <= d.notification_id
              AND n.id >= $4 AND n.id <= $5
          ORDER BY n.id LIMIT 1
      ) n"
        ),
    ]
    .concat()
});

pub(super) async fn open(
    connection: &mut PgConnection,
    retries: &[&Due],
) -> Result<Vec<OpenDue>, Fault> {
    let (low, high) = bounds(retries.iter().map(|due| due.notification.0));
    // Locked in the order in which all statements lock deliveries, so that no two wait for each other.
    let mut ordered: Vec<(i64, &Due)> = (0..).zip(retries.iter().copied()).collect();
    ordered.sort_by_key(|(_, due)| (due.tenant.as_str(), due.notification.0, key(due)));
    let rows = sqlx::query(&OPEN)
        .bind(
            ordered
                .iter()
                .map(|(_, due)| due.tenant.as_str())
                .collect::<Vec<_>>(),
        )
        .bind(
            ordered
                .iter()
                .map(|(_, due)| due.notification.0)
                .collect::<Vec<_>>(),
        )
        .bind(ordered.iter().map(|(_, due)| key(due)).collect::<Vec<_>>())
        .bind(low)
        .bind(high)
        .bind(ordered.iter().map(|(place, _)| *place).collect::<Vec<_>>())
        .fetch_all(connection)
        .await?;
    let mut found = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    found.sort_by_key(|one| one.place);
    Ok(found)
}

fn read(row: &PgRow) -> Result<OpenDue, Fault> {
    let mut reader = Reader::new(row, "deliveries");
    let place: i64 = reader.next("place")?;
    Ok(OpenDue {
        place: usize::try_from(place).unwrap_or(0),
        withdrawn: reader.withdrawal()?,
        facts: facts(&mut reader).ok(),
    })
}

fn facts(reader: &mut Reader<'_>) -> Result<DueFacts, Fault> {
    let user = reader.parse("user_id", UserId::parse)?;
    let notification_type = reader.parse("notification_type", NotificationType::parse)?;
    let priority = reader.parse("priority", str::parse)?;
    let expires_at = reader.next("expires_at")?;
    let channel = reader.channel()?;
    let address: &str = reader.next("address")?;
    let holder: Option<&str> = reader.next("address")?;
    Ok(DueFacts {
        lost: LostAddress::of((channel, address), &user, holder),
        user,
        notification_type,
        priority,
        expires_at,
    })
}
