//! The due deliveries that are still open, locked, with what a verdict looks at.

use std::sync::LazyLock;

use campanile_domain::{Channel, DeliveryId, LostAddress, NotificationType, UserId};
use campanile_sealing::KeyRing;
use campanile_storage::{Due, DueFacts, OpenDue};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};
use uuid::Uuid;

use crate::addresses;
use crate::error::Fault;
use crate::holders::{self, Doubtful, is_doubtful};
use crate::rows::{HOLDER_COLUMNS, Reader, bounds, delivery_with_device, withdrawal_columns};

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
        HOLDER_COLUMNS.as_str(),
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
    keys: &KeyRing,
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
        .fetch_all(&mut *connection)
        .await?;
    let due = |row: &PgRow| -> Result<(usize, &Due), Fault> {
        let place = usize::try_from(row.try_get::<i64, _>(0)?).unwrap_or(0);
        Ok((place, retries[place]))
    };
    let dues = rows.iter().map(due).collect::<Result<Vec<_>, _>>()?;
    let tenants = dues.iter().map(|(_, due)| &due.tenant);
    addresses::need_keys(keys, tenants.zip(&rows))?;
    let (mut found, mut doubtful) = (Vec::with_capacity(rows.len()), Vec::new());
    for (row, (place, due)) in rows.iter().zip(&dues) {
        let mut reader = Reader::new(row, "deliveries").skip(1);
        let withdrawn = reader.withdrawal()?;
        let read = facts(&mut reader, keys, due).ok();
        if let Some((_, Some((channel, address)))) = &read {
            doubtful.push((found.len(), *due, *channel, address.clone()));
        }
        found.push(OpenDue {
            place: *place,
            withdrawn,
            facts: read.map(|(facts, _)| facts),
        });
    }
    look_again(connection, keys, &mut found, &doubtful).await?;
    found.sort_by_key(|one| one.place);
    Ok(found)
}

/// Asks again about those whose address may have another form; most often there are none.
async fn look_again(
    connection: &mut PgConnection,
    keys: &KeyRing,
    found: &mut [OpenDue],
    doubtful: &[(usize, &Due, Channel, String)],
) -> Result<(), Fault> {
    let asked = doubtful.iter().filter_map(|(at, due, channel, address)| {
        let facts = found[*at].facts.as_ref()?;
        Some(Doubtful {
            tenant: &due.tenant,
            user: &facts.user,
            notification_type: &facts.notification_type,
            channel: *channel,
            address,
        })
    });
    let asked: Vec<_> = asked.collect();
    let seen = holders::find(connection, keys, &asked).await?;
    let lost = seen
        .iter()
        .map(|(place, seen)| (*place, seen.lost(&asked[*place])));
    for (place, lost) in lost.collect::<Vec<_>>() {
        if let Some(facts) = &mut found[doubtful[place].0].facts {
            facts.lost = lost;
        }
    }
    Ok(())
}

/// The address too, if it has to be asked about again.
type Doubt = Option<(Channel, String)>;

fn facts(reader: &mut Reader<'_>, keys: &KeyRing, due: &Due) -> Result<(DueFacts, Doubt), Fault> {
    let user = reader.parse("user_id", UserId::parse)?;
    let notification_type = reader.parse("notification_type", NotificationType::parse)?;
    let priority = reader.parse("priority", str::parse)?;
    let expires_at = reader.next("expires_at")?;
    let channel = reader.channel()?;
    let address = reader.address_of(keys, &due.tenant, channel)?;
    let holder = reader.holder()?;
    let facts = DueFacts {
        lost: LostAddress::of((channel, &address), &user, holder.name),
        user,
        notification_type,
        priority,
        expires_at,
    };
    let is_doubtful = is_doubtful(keys, (channel, &address), &holder);
    Ok((facts, is_doubtful.then(|| (channel, address.into_owned()))))
}
