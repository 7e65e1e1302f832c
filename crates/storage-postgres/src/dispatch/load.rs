//! Loading dispatches with everything a worker needs to send them.

use std::sync::LazyLock;

use campanile_domain::{DeliveryId, LostAddress, RetryLadder, TenantId};
use campanile_sealing::KeyRing;
use campanile_storage::channel_lists::OF_DEVICES;
use campanile_storage::{DispatchRef, Job, LoadedDispatch, Standing};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};
use uuid::Uuid;

use super::redeliver::dispatch;
use crate::addresses;
use crate::error::Fault;
use crate::holders::{self, Doubtful, is_doubtful};
use crate::rows::{
    HOLDER_COLUMNS, Reader, bounds, delivery_with_device, need_keys, notification_columns,
    withdrawal_columns,
};
use crate::tenants::ladder;

/// A dispatch row whose message is still good.
struct Held {
    /// The place of its message among those asked for.
    place: usize,
    loaded: LoadedDispatch,
    ladder: RetryLadder,
    notification_ids: Vec<Uuid>,
    delivery_ids: Vec<Uuid>,
}

pub(super) async fn load(
    connection: &mut PgConnection,
    keys: &KeyRing,
    refs: &[DispatchRef],
) -> Result<Vec<Option<LoadedDispatch>>, Fault> {
    let mut held = rows(connection, refs).await?;
    jobs(connection, keys, &mut held).await?;
    let mut answer: Vec<_> = refs.iter().map(|_| None).collect();
    for one in held {
        answer[one.place] = Some(one.loaded);
    }
    Ok(answer)
}

/// By key, one by one: see `record.rs`; the order is explained in `relay/load.rs`.
static JOBS: LazyLock<String> = LazyLock::new(|| {
    [
        "SELECT x.place, d.id, d.channel, d.address, CASE WHEN d.channel IN (",
        OF_DEVICES.as_str(),
        ") THEN ( \
         SELECT v.platform || coalesce(' ' || v.locale, '') FROM devices v \
         WHERE v.tenant = x.tenant AND v.kind = d.device_kind AND v.value = d.device_value \
     ) END, jsonb_array_length(d.attempts), \
     d.ladder_from, d.unfinished_starts, d.started_account, \
     CASE WHEN jsonb_array_length(d.attempts) > 0 THEN ( \
         SELECT coalesce(a.one ->> 'provider', '') \
         FROM jsonb_array_elements(d.attempts) WITH ORDINALITY AS a (one, number) \
         WHERE a.one ->> 'outcome' = 'ambiguous' ORDER BY a.number DESC LIMIT 1 \
     ) END, ",
        HOLDER_COLUMNS.as_str(),
        concat!(
            ", ",
            withdrawal_columns!(),
            ", ",
            notification_columns!(),
            ", n.traceparent",
            " FROM UNNEST($1::text[], $2::uuid[], $3::uuid[]) WITH ORDINALITY
          AS x (tenant, notification_id, id, place)
      CROSS JOIN LATERAL (
          SELECT ",
            delivery_with_device!(),
            " FROM deliveries d
          WHERE d.tenant = x.tenant AND d.notification_id = x.notification_id AND d.id = x.id
              AND d.notification_id >= $4 AND d.notification_id <= $5
              AND d.state IN ('queued', 'deferred', 'retrying')
              AND NOT EXISTS (SELECT FROM schedule s
                  WHERE s.tenant = d.tenant AND s.kind = 'retry' AND s.key = d.id)
          OFFSET 0
      ) d
      CROSS JOIN LATERAL (
          SELECT * FROM notifications n
          WHERE n.tenant = d.tenant AND n.id >= d.notification_id AND n.id <= d.notification_id
              AND n.id >= $4 AND n.id <= $5
          ORDER BY n.id LIMIT 1
      ) n
      ORDER BY x.place"
        ),
    ]
    .concat()
});

/// The dispatch rows, which say which ids to look for.
async fn rows(connection: &mut PgConnection, refs: &[DispatchRef]) -> Result<Vec<Held>, Fault> {
    let rows = sqlx::query(
        "SELECT x.place, d.tenant, d.id, d.channel, d.lane, d.epoch, d.size, d.publish_after, false,
             t.retry_ladder_ms, d.notification_ids, d.delivery_ids
         FROM UNNEST($1::text[], $2::uuid[], $3::integer[]) WITH ORDINALITY
             AS x (tenant, id, epoch, place)
         CROSS JOIN LATERAL (
             SELECT * FROM dispatch d
             WHERE d.tenant = x.tenant AND d.id = x.id AND d.epoch = x.epoch OFFSET 0
         ) d
         LEFT JOIN tenants t ON t.tenant = d.tenant
         WHERE t.suspended_at IS NULL",
    )
    .bind(
        refs.iter()
            .map(|one| one.tenant.as_str())
            .collect::<Vec<_>>(),
    )
    .bind(refs.iter().map(|one| one.id.0).collect::<Vec<_>>())
    .bind(refs.iter().map(|one| one.epoch).collect::<Vec<_>>())
    .fetch_all(connection)
    .await?;
    let read = |row| {
        let mut reader = Reader::new(row, "dispatch");
        let place: i64 = reader.next("place")?;
        Ok(Held {
            place: usize::try_from(place - 1).unwrap_or(0),
            loaded: LoadedDispatch {
                dispatch: dispatch(&mut reader)?,
                jobs: Vec::new(),
            },
            ladder: ladder(&mut reader)?.unwrap_or_default(),
            notification_ids: reader.next("notification_ids")?,
            delivery_ids: reader.next("delivery_ids")?,
        })
    };
    rows.iter().map(read).collect()
}

/// Adds the deliveries that are still open, in the order of the dispatch. One that waits in the
/// schedule is not: its next attempt is not before its time, whatever redelivers it.
async fn jobs(
    connection: &mut PgConnection,
    keys: &KeyRing,
    held: &mut [Held],
) -> Result<(), Fault> {
    let (mut owners, mut tenants) = (Vec::new(), Vec::new());
    let (mut notifications, mut deliveries) = (Vec::new(), Vec::new());
    for (owner, one) in held.iter().enumerate() {
        for (notification, delivery) in one.notification_ids.iter().zip(&one.delivery_ids) {
            owners.push(owner);
            tenants.push(one.loaded.dispatch.tenant.as_str());
            notifications.push(*notification);
            deliveries.push(*delivery);
        }
    }
    if owners.is_empty() {
        return Ok(());
    }
    let (low, high) = bounds(notifications.iter().copied());
    let rows = sqlx::query(&JOBS)
        .bind(&tenants)
        .bind(&notifications)
        .bind(&deliveries)
        .bind(low)
        .bind(high)
        .fetch_all(&mut *connection)
        .await?;
    need_keys(keys, &rows)?;
    let place = |row: &PgRow| -> Result<usize, Fault> {
        Ok(usize::try_from(row.try_get::<i64, _>(0)? - 1).unwrap_or(0))
    };
    let of: Vec<TenantId> = rows
        .iter()
        .map(|row| Ok(held[owners[place(row)?]].loaded.dispatch.tenant.clone()))
        .collect::<Result<_, Fault>>()?;
    addresses::need_keys(keys, of.iter().zip(&rows))?;
    let mut doubtful = Vec::new();
    for (row, tenant) in rows.iter().zip(&of) {
        let owner = owners[place(row)?];
        let held = &mut held[owner];
        let mut reader = Reader::new(row, "deliveries").skip(1).opening_all(keys);
        let delivery_id = DeliveryId(reader.next("id")?);
        let channel = reader.channel()?;
        let address = reader.address_of(keys, tenant, channel)?.into_owned();
        let device: Option<&str> = reader.next("platform")?;
        let (platform, device_locale) = of_device(device);
        let attempts_made = reader.unsigned("attempts")?;
        let ladder_from = reader.unsigned("ladder_from")?;
        let unfinished_starts = reader.unsigned("unfinished_starts")?;
        let started_account = reader.next("started_account")?;
        let ambiguous_at = reader.next("attempts")?;
        let holder = reader.holder()?;
        if is_doubtful(keys, (channel, &address), &holder) {
            doubtful.push((owner, held.loaded.jobs.len()));
        }
        let withdrawn = reader.withdrawal()?;
        let notification = reader.notification()?;
        let trace = reader.trace()?;
        held.loaded.jobs.push(Job {
            delivery_id,
            channel,
            // Of a platform that only a newer version knows, nothing is known here.
            platform: platform.and_then(|name| name.parse().ok()),
            device_locale: device_locale.map(str::to_owned),
            attempts_made,
            ladder_from,
            unfinished_starts,
            started_account,
            ambiguous_at,
            standing: Standing {
                withdrawn,
                lost_address: LostAddress::of(
                    (channel, &address),
                    &notification.user_id,
                    holder.name,
                ),
            },
            address,
            notification,
            ladder: held.ladder.clone(),
            trace,
        });
    }
    look_again(connection, keys, held, &doubtful).await
}

/// Asks again about the jobs at these places; most often there are none.
async fn look_again(
    connection: &mut PgConnection,
    keys: &KeyRing,
    held: &mut [Held],
    doubtful: &[(usize, usize)],
) -> Result<(), Fault> {
    let asked = doubtful.iter().map(|(owner, at)| {
        let job = &held[*owner].loaded.jobs[*at];
        Doubtful {
            tenant: &job.notification.tenant,
            user: &job.notification.user_id,
            notification_type: &job.notification.notification_type,
            channel: job.channel,
            address: &job.address,
        }
    });
    let asked: Vec<_> = asked.collect();
    let found = holders::find(connection, keys, &asked).await?;
    let found = found
        .into_iter()
        .map(|(place, found)| (place, found.lost(&asked[place]), found.device));
    for (place, lost, device) in found.collect::<Vec<_>>() {
        let (owner, at) = doubtful[place];
        let job = &mut held[owner].loaded.jobs[at];
        job.standing.lost_address = lost;
        let (platform, locale) = of_device(device.as_deref());
        job.platform = job.platform.or(platform.and_then(|name| name.parse().ok()));
        if job.device_locale.is_none() {
            job.device_locale = locale.map(str::to_owned);
        }
    }
    Ok(())
}

/// Platform and locale of a device, which one look-up gives.
fn of_device(device: Option<&str>) -> (Option<&str>, Option<&str>) {
    match device.map(|device| device.split_once(' ').ok_or(device)) {
        Some(Ok((platform, locale))) => (Some(platform), Some(locale)),
        Some(Err(platform)) => (Some(platform), None),
        None => (None, None),
    }
}
