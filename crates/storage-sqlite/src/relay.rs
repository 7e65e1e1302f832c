//! From accepted to planned, inside the writer's commit.

mod apply_rate_rules;

use std::collections::{BTreeMap, HashMap};

use apply_rate_rules::apply_rate_rules;
use async_trait::async_trait;
use campanile_domain::{
    Channel, DeliveryId, DeliveryState, DispatchId, Lane, Notification, NotificationId, Plan,
    PlanInputs, PlannedDelivery, Routes, TenantId, UserId, Withdrawal, plan,
};
use campanile_storage::{Dispatch, Planned, Relay, RelayLimits, StorageError, UNREADABLE_PAUSE};
use chrono::{DateTime, Utc};
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};
use uuid::Uuid;

use crate::SqliteStorage;
use crate::accept::schedule;
use crate::address_book::addresses;
use crate::deferred::{self, Deferred};
use crate::error::storage_error;
use crate::preferences::{EffectivePreferencesByUser, effective_preferences};
use crate::rows::{
    get, micros, notification, outline_columns, pack, tenant, unpack, withdrawal,
    withdrawal_columns,
};

/// Rows in one statement, far below SQLite's 32,766 parameters.
const ROWS_PER_STATEMENT: usize = 500;

#[async_trait]
impl Relay for SqliteStorage {
    async fn plan_turn(
        &self,
        limits: RelayLimits,
        routes: &Routes,
        now: DateTime<Utc>,
    ) -> Result<Planned, StorageError> {
        // A look outside the writer first: an idle relay must cost no commit.
        let waiting: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM outbox)")
            .fetch_one(&self.readers)
            .await
            .map_err(storage_error)?;
        if !waiting {
            return Ok(Planned::default());
        }
        let routes = routes.clone();
        self.writer
            .write(move |connection| {
                Box::pin(async move { turn(connection, limits, &routes, now).await })
            })
            .await
    }
}

/// An outbox row in hand.
struct Claimed {
    tenant: TenantId,
    lane: Lane,
    id: Uuid,
    notifications: Vec<Uuid>,
}

async fn turn(
    connection: &mut SqliteConnection,
    limits: RelayLimits,
    routes: &Routes,
    now: DateTime<Utc>,
) -> Result<Planned, StorageError> {
    let Turn { rows, more, held } = claim(connection, limits).await?;
    let mut planned = Planned {
        more,
        held,
        ..Planned::default()
    };
    let mut queued: Queued = BTreeMap::new();
    for row in rows {
        let notifications = load(connection, &row, now).await?;
        planned.notifications += notifications.len();
        let shown = notifications.iter().map(|(one, _)| one);
        let shown = shown.filter(|one| one.in_inbox());
        let whose = |one: &Notification| (one.tenant.clone(), one.user_id.clone());
        planned.inboxes.extend(shown.map(whose));
        let plans = plans(connection, &row.tenant, notifications, routes, now).await?;
        for (notification, withdrawn, plan) in &plans {
            for line in &plan.deliveries {
                count(&mut planned, line, *withdrawn);
                if let Some(until) = line.until {
                    let waits = Deferred {
                        tenant: &row.tenant,
                        user: &notification.user_id,
                        notification: notification.id,
                        delivery: line.id,
                        channel: line.channel,
                        lane: row.lane.rank(),
                        until,
                    };
                    deferred::insert(connection, &waits).await?;
                }
            }
        }
        insert_deliveries(connection, &plans, now).await?;
        for (notification, _, plan) in &plans {
            for delivery in plan
                .deliveries
                .iter()
                .filter(|d| d.state == DeliveryState::Queued)
            {
                queued
                    .entry((row.tenant.clone(), delivery.channel, row.lane))
                    .or_default()
                    .push((notification.id, delivery.id));
            }
        }
        sqlx::query("DELETE FROM outbox WHERE tenant = ? AND lane = ? AND id = ?")
            .bind(row.tenant.as_str())
            .bind(row.lane.rank())
            .bind(row.id)
            .execute(&mut *connection)
            .await
            .map_err(storage_error)?;
    }
    planned.dispatches = insert_dispatches(connection, queued, limits.dispatch_size, now).await?;
    Ok(planned)
}

/// A notification, why nobody is to be told of it any more, and its plan.
type Planning = (Notification, Option<Withdrawal>, Plan);

/// Plans what a row names. The writer is alone, so nobody chooses anew meanwhile.
async fn plans(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    notifications: Vec<(Notification, Option<Withdrawal>)>,
    routes: &Routes,
    now: DateTime<Utc>,
) -> Result<Vec<Planning>, StorageError> {
    let users: Vec<UserId> = notifications
        .iter()
        .map(|(n, _)| n.user_id.clone())
        .collect();
    let book = if routes.needs_addresses(tenant) {
        addresses(connection, tenant, &users).await?
    } else {
        HashMap::new()
    };
    // What only the inbox shows, nobody has a choice about.
    let choices = if routes.has_any(tenant) {
        effective_preferences(connection, tenant, &users).await?
    } else {
        EffectivePreferencesByUser::default()
    };
    let plan = |(notification, withdrawn): (Notification, Option<Withdrawal>)| {
        let user = &notification.user_id;
        let plan = plan(&PlanInputs {
            notification: &notification,
            routes,
            addresses: book.get(user).map_or(&[][..], Vec::as_slice),
            preferences: &choices.of(user),
            now,
        });
        (notification, withdrawn, plan.withdrawn(withdrawn))
    };
    let mut plans: Vec<_> = notifications.into_iter().map(plan).collect();
    apply_rate_rules(connection, tenant, &mut plans, choices.rate_rules(), now).await?;
    Ok(plans)
}

fn count(planned: &mut Planned, line: &PlannedDelivery, withdrawn: Option<Withdrawal>) {
    match (line.state, withdrawn, line.reason) {
        (DeliveryState::Cancelled, Some(why), _) => planned.cancelled.add(line.channel, why),
        (DeliveryState::Suppressed, _, Some(why)) => planned.suppressed.add(line.channel, why),
        (DeliveryState::Deferred, _, Some(why)) => planned.deferred.add(line.channel, why),
        _ => {}
    }
}

/// What a turn takes. Here every turn is a whole one: what was removed is gone.
struct Turn {
    rows: Vec<Claimed>,
    more: bool,
    held: bool,
}

/// Takes rows so that every tenant has its first before any has its second.
async fn claim(
    connection: &mut SqliteConnection,
    limits: RelayLimits,
) -> Result<Turn, StorageError> {
    // A loose scan over the tenants: its cost grows with their number, not with the backlog.
    let waiting: Vec<(String, i64)> = sqlx::query_as(
        "WITH RECURSIVE waiting (tenant) AS ( \
             SELECT min(tenant) FROM outbox \
             UNION ALL \
             SELECT (SELECT min(tenant) FROM outbox WHERE tenant > waiting.tenant) \
             FROM waiting WHERE waiting.tenant IS NOT NULL) \
         SELECT tenant, \
             (SELECT coalesce(sum(size), 0) FROM dispatch d WHERE d.tenant = waiting.tenant) \
         FROM waiting WHERE tenant IS NOT NULL",
    )
    .fetch_all(&mut *connection)
    .await
    .map_err(storage_error)?;
    let window = i64::from(limits.window_per_tenant);
    let held = waiting.iter().any(|(_, used)| *used >= window);
    // Of one whose window is full, the critical lane is taken, up to twice the window.
    let last_lane = |used| match used {
        used if used < window => Some(i16::MAX),
        used if used < 2 * window => Some(Lane::Critical.rank()),
        _ => None,
    };
    let tenants = waiting.into_iter();
    let tenants = tenants.filter_map(|(tenant, used)| Some((tenant, last_lane(used)?)));
    let tenants: Vec<(String, i16)> = tenants.collect();
    let even = limits
        .rows
        .div_ceil(u32::try_from(tenants.len()).unwrap_or(u32::MAX).max(1));
    let share = limits.rows_per_tenant.min(even);
    let mut places: Vec<(usize, Claimed)> = Vec::new();
    let mut full = false;
    for (name, last_lane) in tenants {
        let rows = sqlx::query(
            "SELECT tenant, lane, id, notification_ids FROM outbox WHERE tenant = ? \
             AND lane <= ? ORDER BY lane, id LIMIT ?",
        )
        .bind(&name)
        .bind(last_lane)
        .bind(share)
        .fetch_all(&mut *connection)
        .await
        .map_err(storage_error)?;
        full |= rows.len() >= share as usize;
        for (place, row) in rows.iter().enumerate() {
            let claimed = Claimed {
                tenant: tenant(row)?,
                lane: Lane::from_rank(get(row, "lane")?),
                id: get(row, "id")?,
                notifications: unpack(row.try_get("notification_ids").map_err(storage_error)?)
                    .collect(),
            };
            places.push((place, claimed));
        }
    }
    places.sort_by_key(|(place, row)| (*place, row.lane.rank(), row.id));
    let found = places.len();
    places.truncate(limits.rows as usize);
    let mut taken = 0;
    places.retain(|(_, row)| {
        let fits = taken < limits.notifications as usize;
        taken += row.notifications.len();
        fits
    });
    let more = full || places.len() < found;
    Ok(Turn {
        rows: places.into_iter().map(|(_, row)| row).collect(),
        more,
        held,
    })
}

/// Reads what a row names. Those erased since are not there; one that this version cannot read is
/// tried again later, so that it holds up nobody else.
async fn load(
    connection: &mut SqliteConnection,
    claimed: &Claimed,
    now: DateTime<Utc>,
) -> Result<Vec<(Notification, Option<Withdrawal>)>, StorageError> {
    let tenant = &claimed.tenant;
    let mut query = QueryBuilder::<Sqlite>::new(concat!(
        "SELECT ",
        outline_columns!(),
        ", ",
        withdrawal_columns!(),
        " FROM notifications n WHERE n.tenant = "
    ));
    query.push_bind(tenant.as_str()).push(" AND n.id IN (");
    let mut list = query.separated(", ");
    for id in &claimed.notifications {
        list.push_bind(*id);
    }
    list.push_unseparated(") ORDER BY n.id");
    let rows = query
        .build()
        .fetch_all(&mut *connection)
        .await
        .map_err(storage_error)?;
    let mut notifications = Vec::with_capacity(rows.len());
    for row in &rows {
        match notification(row) {
            Ok(readable) => notifications.push((readable, withdrawal(row)?)),
            Err(error) => {
                let id: Uuid = get(row, "id")?;
                tracing::error!(
                    tenant.id = %tenant, notification.id = %id, %error,
                    "this notification cannot be decoded; it is postponed"
                );
                let until = now + UNREADABLE_PAUSE;
                schedule(
                    connection,
                    tenant,
                    NotificationId(id),
                    claimed.lane.rank(),
                    until,
                )
                .await?;
            }
        }
    }
    Ok(notifications)
}

async fn insert_deliveries(
    connection: &mut SqliteConnection,
    plans: &[Planning],
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let lines: Vec<_> = plans
        .iter()
        .flat_map(|(n, _, plan)| plan.deliveries.iter().map(move |d| (n, d)))
        .collect();
    for chunk in lines.chunks(ROWS_PER_STATEMENT) {
        let mut query = QueryBuilder::<Sqlite>::new(
            "INSERT INTO deliveries (tenant, notification_id, id, channel, address, state, reason, \
             next_attempt_at, deferrals, created_at, updated_at) ",
        );
        query.push_values(chunk, |mut row, (n, delivery)| {
            row.push_bind(n.tenant.as_str())
                .push_bind(n.id.0)
                .push_bind(delivery.id.0)
                .push_bind(delivery.channel.name())
                .push_bind(delivery.address.as_str())
                .push_bind(delivery.state.name())
                .push_bind(delivery.reason)
                .push_bind(delivery.until.map(micros))
                .push_bind(deferral(delivery, now))
                .push_bind(micros(now))
                .push_bind(micros(now));
        });
        query.push(" ON CONFLICT DO NOTHING");
        query
            .build()
            .execute(&mut *connection)
            .await
            .map_err(storage_error)?;
    }
    Ok(())
}

fn deferral(line: &PlannedDelivery, now: DateTime<Utc>) -> Option<String> {
    let written = deferred::written(now, line.reason?, line.until?);
    Some(format!("[{written}]"))
}

/// What is to be dispatched, by tenant, channel and lane.
pub(crate) type Queued = BTreeMap<(TenantId, Channel, Lane), Vec<(NotificationId, DeliveryId)>>;

/// Writes a dispatch row for each bundle.
pub(crate) async fn insert_dispatches(
    connection: &mut SqliteConnection,
    queued: Queued,
    dispatch_size: usize,
    now: DateTime<Utc>,
) -> Result<Vec<Dispatch>, StorageError> {
    let mut dispatches = Vec::new();
    for ((tenant, channel, lane), refs) in queued {
        for bundle in refs.chunks(dispatch_size.max(1)) {
            let dispatch = Dispatch {
                id: DispatchId::at(now),
                tenant: tenant.clone(),
                channel,
                lane,
                epoch: 0,
                size: bundle.len(),
                publish_after: now + Dispatch::WINDOW,
                suspect: false,
            };
            sqlx::query(
                "INSERT INTO dispatch (tenant, id, channel, lane, refs, size, publish_after, \
                 created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            )
            .bind(tenant.as_str())
            .bind(dispatch.id.0)
            .bind(channel.name())
            .bind(lane.rank())
            .bind(pack(bundle.iter().flat_map(|(n, d)| [n.0, d.0])))
            .bind(bundle.len() as i64)
            .bind(micros(dispatch.publish_after))
            .bind(micros(now))
            .execute(&mut *connection)
            .await
            .map_err(storage_error)?;
            dispatches.push(dispatch);
        }
    }
    Ok(dispatches)
}
