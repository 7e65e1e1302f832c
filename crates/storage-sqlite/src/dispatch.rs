//! Loads dispatches, and passes redeliveries on to `redeliver.rs`.

use std::borrow::Cow;
use std::sync::LazyLock;

use async_trait::async_trait;
use campanile_domain::{
    Channel, DeliveryId, DispatchId, Lane, LostAddress, Notification, NotificationId,
    NotificationType, RetryLadder, TenantId, UserId, WorkerId,
};
use campanile_sealing::SealError;
use campanile_storage::channel_lists::OF_DEVICES;
use campanile_storage::{
    Dispatch, DispatchRef, Dispatches, Job, LoadedDispatch, Standing, Start, StorageError,
};
use chrono::{DateTime, Utc};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Sqlite, SqlitePool};

use crate::SqliteStorage;
use crate::error::{storage_error, undecodable};
use crate::holders::{self, Asked};
use crate::keys::Opening;
use crate::redeliver;
use crate::rows::{
    HOLDER_COLUMNS, channel, get, ladder, micros, moment, notification, notification_columns,
    tenant, trace, unpack_refs, withdrawal, withdrawal_columns,
};
use crate::suspended::not_suspended;

static STANDING: LazyLock<String> = LazyLock::new(|| {
    [
        "SELECT d.channel, d.address, n.user_id, n.notification_type, ",
        HOLDER_COLUMNS.as_str(),
        ", ",
        withdrawal_columns!(),
        " FROM deliveries d \
         JOIN notifications n ON n.tenant = d.tenant AND n.id = d.notification_id \
         WHERE d.tenant = ? AND d.notification_id = ? AND d.id = ? \
         AND d.state IN ('queued', 'deferred', 'retrying')",
    ]
    .concat()
});

/// What a worker needs, after the `refs`; the tenant follows.
static JOBS: LazyLock<String> = LazyLock::new(|| {
    [
        ") SELECT d.id AS delivery_id, d.channel, d.address, CASE WHEN d.channel IN (",
        OF_DEVICES.as_str(),
        ") THEN (SELECT v.platform || coalesce(' ' || v.locale, '') FROM devices v ",
        "WHERE v.tenant = d.tenant AND v.kind = substr(d.address, 1, instr(d.address, ':') - 1) ",
        "AND v.value = substr(d.address, instr(d.address, ':') + 1)) END AS device, ",
        "json_array_length(d.attempts) AS attempts_made, d.ladder_from, d.unfinished_starts, d.started_account, t.retry_ladder_ms, ",
        "CASE WHEN d.attempts <> '[]' THEN (SELECT coalesce(json_extract(a.value, '$.provider'), '') ",
        "FROM json_each(d.attempts) a WHERE json_extract(a.value, '$.outcome') = 'ambiguous' ",
        "ORDER BY a.key DESC LIMIT 1) END AS ambiguous_at, ",
        HOLDER_COLUMNS.as_str(),
        ", ",
        withdrawal_columns!(),
        ", ",
        notification_columns!(),
        ", n.traceparent",
        // CROSS JOIN keeps the order: the few refs first, then look-ups by key.
        " FROM refs CROSS JOIN deliveries d ON d.tenant = "
    ]
    .concat()
});

#[async_trait]
impl Dispatches for SqliteStorage {
    async fn load(
        &self,
        refs: &[DispatchRef],
    ) -> Result<Vec<Option<LoadedDispatch>>, StorageError> {
        let mut loaded = Vec::with_capacity(refs.len());
        for wanted in refs {
            let opening = self.opening(&wanted.tenant).await?.strict();
            loaded.push(load(&self.readers, &opening, wanted).await?);
        }
        Ok(loaded)
    }

    async fn look_again(
        &self,
        tenant: &TenantId,
        notification: NotificationId,
        delivery: DeliveryId,
    ) -> Result<Option<Standing>, StorageError> {
        let opening = self.opening(tenant).await?;
        let row = sqlx::query(&STANDING)
            .bind(tenant.as_str())
            .bind(notification.0)
            .bind(delivery.0)
            .fetch_optional(&self.readers)
            .await
            .map_err(storage_error)?;
        let Some(row) = row else { return Ok(None) };
        let user = UserId::parse(get(&row, "user_id")?);
        let user = user.map_err(|e| undecodable("notifications", "user_id", e))?;
        let notification_type = NotificationType::parse(get(&row, "notification_type")?);
        let channel = channel(get(&row, "channel")?)?;
        let address = address(&row, &opening, channel)?;
        let asked = Asked {
            user: &user,
            notification_type: &notification_type
                .map_err(|e| undecodable("notifications", "notification_type", e))?,
            channel,
            address: &address,
        };
        let holder = holders::own(&opening, &row, (channel, &address))?;
        let mut lost = LostAddress::of((channel, &address), &user, holder.name);
        if holder.is_doubtful {
            let asked = [asked];
            let found = holders::find(&self.readers, &opening, &asked).await?;
            lost = found[0].lost(&asked[0]);
        }
        standing(&row, lost).map(Some)
    }

    async fn start(
        &self,
        tenant: &TenantId,
        notification: NotificationId,
        delivery: DeliveryId,
        account: &str,
    ) -> Result<Start, StorageError> {
        let (tenant, account) = (tenant.clone(), account.to_owned());
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    let unfinished: Option<u32> = sqlx::query_scalar(
                        "UPDATE deliveries SET unfinished_starts = unfinished_starts + 1, \
                             started_account = ?4 \
                         WHERE tenant = ?1 AND notification_id = ?2 AND id = ?3 \
                         AND state IN ('queued', 'deferred', 'retrying') \
                         AND NOT EXISTS (SELECT 1 FROM schedule s \
                             WHERE s.tenant = deliveries.tenant AND s.key = deliveries.id) \
                         RETURNING unfinished_starts",
                    )
                    .bind(tenant.as_str())
                    .bind(notification.0)
                    .bind(delivery.0)
                    .bind(account)
                    .fetch_optional(connection)
                    .await
                    .map_err(storage_error)?;
                    Ok(unfinished
                        .map_or(Start::NotOpen, |unfinished| Start::Started { unfinished }))
                })
            })
            .await
    }

    async fn hold(
        &self,
        worker: WorkerId,
        dispatches: &[(TenantId, DispatchId)],
    ) -> Result<(), StorageError> {
        let dispatches = dispatches.to_vec();
        self.writer
            .write(move |connection| Box::pin(redeliver::hold(connection, worker, dispatches)))
            .await
    }

    async fn let_go(
        &self,
        worker: WorkerId,
        dispatches: &[(TenantId, DispatchId)],
    ) -> Result<(), StorageError> {
        let dispatches = dispatches.to_vec();
        self.writer
            .write(move |connection| Box::pin(redeliver::let_go(connection, worker, dispatches)))
            .await
    }

    async fn redeliver_at(
        &self,
        dispatches: &[(TenantId, DispatchId)],
        at: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let dispatches = dispatches.to_vec();
        self.writer
            .write(move |connection| Box::pin(redeliver::again(connection, dispatches, at)))
            .await
    }

    async fn ring_all(&self, now: DateTime<Utc>) -> Result<u64, StorageError> {
        self.writer
            .write(move |connection| Box::pin(redeliver::all(connection, now)))
            .await
    }

    async fn take_due(
        &self,
        now: DateTime<Utc>,
        alive_since: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<Dispatch>, StorageError> {
        // A look outside the writer first: an idle sweeper must cost no commit.
        let any: bool = sqlx::query_scalar(concat!(
            "SELECT EXISTS (SELECT 1 FROM dispatch WHERE publish_after <= ? AND ",
            not_suspended!("dispatch.tenant"),
            ")"
        ))
        .bind(micros(now))
        .fetch_one(&self.readers)
        .await
        .map_err(storage_error)?;
        if !any {
            return Ok(Vec::new());
        }
        self.writer
            .write(move |connection| {
                Box::pin(redeliver::take_due(connection, now, alive_since, limit))
            })
            .await
    }
}

pub(crate) fn dispatch(row: &SqliteRow) -> Result<Dispatch, StorageError> {
    Ok(Dispatch {
        id: DispatchId(get(row, "id")?),
        tenant: tenant(row)?,
        channel: channel(get(row, "channel")?)?,
        lane: Lane::from_rank(get(row, "lane")?),
        epoch: get(row, "epoch")?,
        size: usize::try_from(get::<i64>(row, "size")?).unwrap_or(0),
        publish_after: moment(get(row, "publish_after")?)?,
        suspect: get(row, "suspect")?,
    })
}

async fn load(
    readers: &SqlitePool,
    opening: &Opening<'_>,
    wanted: &DispatchRef,
) -> Result<Option<LoadedDispatch>, StorageError> {
    let row = sqlx::query(
        "SELECT tenant, id, channel, lane, epoch, size, publish_after, false AS suspect, refs FROM dispatch \
         WHERE tenant = ? AND id = ? AND epoch = ?",
    )
    .bind(wanted.tenant.as_str())
    .bind(wanted.id.0)
    .bind(wanted.epoch)
    .fetch_optional(readers)
    .await
    .map_err(storage_error)?;
    let Some(row) = row else { return Ok(None) };
    let refs = unpack_refs(get(&row, "refs")?);
    let mut query = QueryBuilder::<Sqlite>::new("WITH refs (notification_id, id) AS (");
    query.push_values(&refs, |mut values, (notification, delivery)| {
        values.push_bind(notification.0).push_bind(delivery.0);
    });
    query.push(JOBS.as_str());
    query.push_bind(wanted.tenant.as_str()).push(
        " AND d.notification_id = refs.notification_id AND d.id = refs.id \
         AND d.state IN ('queued', 'deferred', 'retrying') \
         AND NOT EXISTS (SELECT 1 FROM schedule s WHERE s.tenant = d.tenant AND s.key = d.id) \
         JOIN notifications n ON n.tenant = d.tenant AND n.id = d.notification_id \
         JOIN tenants t ON t.tenant = d.tenant",
    );
    let rows = query
        .build()
        .fetch_all(readers)
        .await
        .map_err(storage_error)?;
    let jobs = jobs(readers, &rows, opening).await?;
    Ok(Some(LoadedDispatch {
        dispatch: dispatch(&row)?,
        jobs,
    }))
}

/// What keeps a delivery to this user from being delivered after all.
fn standing(row: &SqliteRow, lost_address: Option<LostAddress>) -> Result<Standing, StorageError> {
    Ok(Standing {
        withdrawn: withdrawal(row)?,
        lost_address,
    })
}

fn address<'r>(
    row: &'r SqliteRow,
    opening: &Opening<'_>,
    channel: Channel,
) -> Result<Cow<'r, str>, StorageError> {
    let opened = opening.address_of(channel, get(row, "address")?);
    opened.ok_or_else(|| undecodable("deliveries", "address", SealError::AnotherKey))
}

/// The jobs of these rows. What is in doubt of their addresses is looked for at once.
async fn jobs(
    readers: &SqlitePool,
    rows: &[SqliteRow],
    opening: &Opening<'_>,
) -> Result<Vec<Job>, StorageError> {
    let mut read = Vec::with_capacity(rows.len());
    for row in rows {
        let notification = notification(row, opening)?;
        let channel = channel(get(row, "channel")?)?;
        let address = address(row, opening, channel)?;
        let holder = holders::own(opening, row, (channel, &address))?;
        read.push((row, notification, channel, address, holder));
    }
    let asked = read
        .iter()
        .map(|(_, notification, channel, address, _)| Asked {
            user: &notification.user_id,
            notification_type: &notification.notification_type,
            channel: *channel,
            address,
        });
    let doubtful = asked.zip(&read).filter(|(_, one)| one.4.is_doubtful);
    let doubtful: Vec<_> = doubtful.map(|(asked, _)| asked).collect();
    let found = holders::find(readers, opening, &doubtful).await?;
    let mut found = found.iter().zip(&doubtful).map(|(found, asked)| {
        let lost = found.lost(asked);
        (lost, found.device.clone())
    });
    let seen = read
        .iter()
        .map(|(_, notification, channel, address, holder)| {
            let again = if holder.is_doubtful {
                found.next()
            } else {
                None
            };
            again.unwrap_or_else(|| {
                let of = (*channel, &**address);
                (
                    LostAddress::of(of, &notification.user_id, holder.name),
                    None,
                )
            })
        });
    let seen: Vec<_> = seen.collect();
    let jobs = read.into_iter().zip(seen);
    jobs.map(|((row, notification, channel, address, _), seen)| {
        job(row, notification, (channel, address.into_owned()), seen)
    })
    .collect()
}

fn job(
    row: &SqliteRow,
    notification: Notification,
    (channel, address): (Channel, String),
    (lost, device_again): (Option<LostAddress>, Option<String>),
) -> Result<Job, StorageError> {
    let device: Option<&str> = get(row, "device")?;
    let device = device.or(device_again.as_deref());
    let (platform, device_locale) = match device.map(|both| both.split_once(' ').ok_or(both)) {
        Some(Ok((platform, locale))) => (Some(platform), Some(locale)),
        Some(Err(platform)) => (Some(platform), None),
        None => (None, None),
    };
    Ok(Job {
        delivery_id: DeliveryId(get(row, "delivery_id")?),
        channel,
        address,
        // Of a platform that only a newer version knows, nothing is known here.
        platform: platform.and_then(|name| name.parse().ok()),
        device_locale: device_locale.map(str::to_owned),
        attempts_made: get(row, "attempts_made")?,
        ladder_from: get(row, "ladder_from")?,
        unfinished_starts: get(row, "unfinished_starts")?,
        started_account: get(row, "started_account")?,
        ambiguous_at: get(row, "ambiguous_at")?,
        standing: standing(row, lost)?,
        notification,
        ladder: ladder(get(row, "retry_ladder_ms")?)?.unwrap_or_else(RetryLadder::default),
        trace: trace(row)?,
    })
}
