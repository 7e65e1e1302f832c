//! The rows of accepted requests, in one statement.

use std::borrow::Cow;
use std::collections::BTreeMap;

use campanile_domain::{Channel, Lane, Notification, Random, assignments_to_stored};
use campanile_sealing::{KeyRing, Place, RowTexts, RowToStore};
use campanile_storage::AcceptItem;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::clock;
use crate::connection::{Scope, scope};
use crate::error::{Fault, alone_fault};
use crate::outbox::OutboxColumns;

/// Only if the database's clock is between `$2` and `$3`. Each part has its rows by way of `ready`, so that tenants
/// are named and the clock is looked at before.
const INSERT: &str = concat!(
    scope!(),
    ", clock AS MATERIALIZED (
        SELECT clock_timestamp() AS now FROM scope
    ), ready AS MATERIALIZED (
        SELECT now FROM clock WHERE now BETWEEN $2 AND $3
    ), stored AS (
        INSERT INTO notifications (tenant, id, user_id, notification_type, priority, title, body,
            content, channels, in_inbox, send_at, expires_at, collapse_key, correlation_id,
            created_at, updated_at, item_title, item_body, link, actions, template_version, locale,
            traceparent, variants, sealed)
        SELECT n.tenant, n.id, n.user_id, n.notification_type, n.priority, n.title, n.body,
            n.content::json, string_to_array(n.channels, ','), n.in_inbox, n.send_at, n.expires_at,
            n.collapse_key, n.correlation_id, n.created_at, n.created_at, n.item_title, n.item_body,
            n.link, n.actions::json, n.template_version, n.locale, n.traceparent, n.variants::json,
            n.sealed
        FROM ready CROSS JOIN UNNEST($4::text[], $5::uuid[], $6::text[], $7::text[], $8::text[],
            $9::text[], $10::text[], $11::text[], $12::text[], $13::boolean[], $14::timestamptz[],
            $15::timestamptz[], $16::text[], $17::text[], $18::timestamptz[], $28::text[],
            $29::text[], $30::text[], $31::text[], $32::bigint[], $33::text[], $34::text[], $35::text[],
            $36::bytea[])
            AS n (tenant, id, user_id, notification_type, priority, title, body, content, channels,
                in_inbox, send_at, expires_at, collapse_key, correlation_id, created_at, item_title,
                item_body, link, actions, template_version, locale, traceparent, variants, sealed)
    ), waiting AS (
        INSERT INTO outbox (tenant, lane, id, notification_ids, created_at)
        SELECT o.tenant, o.lane, o.id, o.ids::uuid[], o.created_at
        FROM ready CROSS JOIN
            UNNEST($19::text[], $20::smallint[], $21::uuid[], $22::text[], $23::timestamptz[])
            AS o (tenant, lane, id, ids, created_at)
    ), timed AS (
        INSERT INTO schedule (tenant, kind, key, notification_id, lane, due_at)
        SELECT s.tenant, 'send', s.id, s.id, s.lane, s.due_at
        FROM ready CROSS JOIN
            UNNEST($24::text[], $25::uuid[], $26::smallint[], $27::timestamptz[])
            AS s (tenant, id, lane, due_at)
    )
    SELECT clock.now, EXISTS (SELECT FROM ready) FROM clock"
);

/// What is to be planned at once, and what at its own time.
#[derive(Default)]
struct WorkRows<'a> {
    outbox: BTreeMap<(&'a str, i16), Vec<&'a Notification>>,
    timed: Vec<(&'a Notification, i16, DateTime<Utc>)>,
}

impl<'a> WorkRows<'a> {
    fn of(items: &[&'a AcceptItem]) -> Self {
        let mut work = Self::default();
        for item in items {
            let lane = item.lane.rank();
            for notification in &item.notifications {
                match notification.send_at {
                    Some(at) if at > notification.created_at => {
                        work.timed.push((notification, lane, at));
                    }
                    _ => work
                        .outbox
                        .entry((item.tenant.as_str(), lane))
                        .or_default()
                        .push(notification),
                }
            }
        }
        work
    }
}

/// Writes them all, or none where clocks disagree. A transaction by itself, and as well a part of one.
pub(super) async fn write(
    connection: &mut PgConnection,
    scope: &Scope,
    items: &[&AcceptItem],
    (random, keys): (&Random, &KeyRing),
) -> Result<(), Fault> {
    keys.need(items.iter().map(|item| &item.tenant))?;
    let (low, high) = clock::bounds(items);
    let work = WorkRows::of(items);
    let mut outbox = OutboxColumns::default();
    for ((tenant, lane), notifications) in &work.outbox {
        let ids: Vec<Uuid> = notifications.iter().map(|n| n.id.0).collect();
        let Some(oldest) = notifications.iter().map(|n| n.created_at).min() else {
            continue;
        };
        outbox.add((tenant, Lane::from_rank(*lane)), &ids, oldest, random);
    }
    let all: Vec<&Notification> = items.iter().flat_map(|item| &item.notifications).collect();
    let rows = all.iter().map(|n| {
        let (place, texts) = (Place::Notification(n.id.0), RowTexts::of_notification(n));
        keys.row(&n.tenant, place, texts)
    });
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    let timed = &work.timed;
    let (database, is_written): (DateTime<Utc>, bool) = sqlx::query_as(INSERT)
        .bind(scope.as_str())
        .bind(low)
        .bind(high)
        .bind(column(&all, |n| n.tenant.as_str()))
        .bind(column(&all, |n| n.id.0))
        .bind(column(&all, |n| n.user_id.as_str()))
        .bind(column(&all, |n| n.notification_type.as_str()))
        .bind(column(&all, |n| n.priority.name()))
        .bind(texts(&rows, |t| &t.title))
        .bind(texts(&rows, |t| &t.body))
        .bind(contents(&rows))
        .bind(column(&all, |n| n.channels.as_deref().map(names)))
        .bind(column(&all, |n| n.in_inbox()))
        .bind(column(&all, |n| n.send_at))
        .bind(column(&all, |n| n.expires_at))
        .bind(column(&all, |n| n.collapse_key.as_deref()))
        .bind(column(&all, |n| n.correlation_id.as_str()))
        .bind(column(&all, |n| n.created_at))
        .bind(&outbox.tenants)
        .bind(&outbox.lanes)
        .bind(&outbox.ids)
        .bind(&outbox.notification_ids)
        .bind(&outbox.created_at)
        .bind(
            timed
                .iter()
                .map(|(n, _, _)| n.tenant.as_str())
                .collect::<Vec<_>>(),
        )
        .bind(timed.iter().map(|(n, _, _)| n.id.0).collect::<Vec<_>>())
        .bind(timed.iter().map(|(_, lane, _)| *lane).collect::<Vec<_>>())
        .bind(timed.iter().map(|(_, _, at)| *at).collect::<Vec<_>>())
        .bind(texts(&rows, |t| &t.item_title))
        .bind(texts(&rows, |t| &t.item_body))
        .bind(texts(&rows, |t| &t.link))
        .bind(texts(&rows, |t| &t.actions))
        .bind(column(&all, |n| n.item.version))
        .bind(column(&all, |n| n.item.locale.as_deref()))
        .bind(traces(items))
        .bind(variants(&all))
        .bind(sealed(&rows))
        .fetch_one(connection)
        .await
        .map_err(alone_fault)?;
    if !is_written {
        return Err(clock::skew(database, items).into());
    }
    Ok(())
}

/// One of the texts of each row.
pub(crate) fn texts<'a>(
    rows: &'a [RowToStore<'_>],
    text: impl Fn(&'a RowTexts<'a>) -> &'a Option<Cow<'a, str>>,
) -> Vec<Option<&'a str>> {
    rows.iter().map(|row| text(&row.texts).as_deref()).collect()
}

fn contents<'a>(rows: &'a [RowToStore<'_>]) -> Vec<&'a str> {
    let content = |row: &'a RowToStore<'_>| row.texts.content.as_deref().unwrap_or("{}");
    rows.iter().map(content).collect()
}

/// What is sealed of each row, with no rows where nothing is.
pub(crate) fn sealed<'a>(rows: &'a [RowToStore<'_>]) -> Vec<Option<&'a [u8]>> {
    if rows.iter().all(|row| row.sealed.is_none()) {
        return Vec::new();
    }
    rows.iter().map(|row| row.sealed.as_deref()).collect()
}

/// The variants of each user, with no rows where nothing is compared.
fn variants(all: &[&Notification]) -> Vec<Option<String>> {
    if all.iter().all(|one| one.item.variants.is_empty()) {
        return Vec::new();
    }
    column(all, |one| assignments_to_stored(&one.item.variants))
}

/// The trace of each notification. Where none has any, as always without a collector, the column has no rows at all, and
/// the statement fills it with NULL.
fn traces(items: &[&AcceptItem]) -> Vec<Option<String>> {
    if items.iter().all(|item| item.trace.is_none()) {
        return Vec::new();
    }
    let each = |item: &&AcceptItem| {
        let trace = item.trace.map(|trace| trace.to_string());
        std::iter::repeat_n(trace, item.notifications.len())
    };
    items.iter().flat_map(each).collect()
}

fn column<'a, T>(all: &[&'a Notification], value: impl Fn(&'a Notification) -> T) -> Vec<T> {
    all.iter().map(|notification| value(notification)).collect()
}

/// Channels as one text: arrays of arrays of differing lengths cannot be bound.
fn names(channels: &[Channel]) -> String {
    channels
        .iter()
        .map(|c| c.name())
        .collect::<Vec<_>>()
        .join(",")
}
