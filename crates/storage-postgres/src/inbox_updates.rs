//! What is new in many inboxes, in one statement.

use async_trait::async_trait;
use campanile_domain::NotificationId;
use campanile_sealing::{KeyRing, Wanted};
use campanile_storage::{
    InboxItem, InboxUpdates, ItemsWanted, READ_AMONG, StorageError, UpdatesFound, UpdatesSize,
    UpdatesWanted,
};
use chrono::{DateTime, Utc};
use futures_util::TryStreamExt;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Postgres, QueryBuilder, Row};
use uuid::Uuid;

use crate::PostgresStorage;
use crate::connection::{Kind, Scope, alone, count, limit};
use crate::error::Fault;
use crate::inbox::{AHEAD, FITTING, LINES, TEXT_BYTES, push_days_before, push_shown, read_line};

/// The columns before those of an item.
const OF_QUESTION: usize = 6;

#[async_trait]
impl InboxUpdates for PostgresStorage {
    async fn inbox_updates(
        &self,
        wanted: &[UpdatesWanted],
        size: UpdatesSize,
        now: DateTime<Utc>,
    ) -> Result<Vec<UpdatesFound>, StorageError> {
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let pool = &self.pools.app;
        let found = alone!(pool, Kind::Read, |connection| {
            updates(connection, pool.keys(), wanted, size, now).await
        });
        Ok(found?)
    }
}

async fn updates(
    connection: &mut PgConnection,
    keys: &KeyRing,
    wanted: &[UpdatesWanted],
    size: UpdatesSize,
    now: DateTime<Utc>,
) -> Result<Vec<UpdatesFound>, Fault> {
    let mut query = statement(wanted, size, now);
    let mut rows = query.build().fetch(connection);
    let mut found: Vec<UpdatesFound> = Vec::with_capacity(wanted.len());
    let (mut bytes, mut matching) = (0, 0);
    // Of all tenants together: otherwise the statement would run once for each whose key is not remembered.
    let mut wanted_keys = Wanted::default();
    while let Some(row) = rows.try_next().await? {
        let place = usize::try_from(row.try_get::<i64, _>(0)?).unwrap_or(0);
        if place > found.len() {
            end(&mut found, matching, size);
            // The rest is read past: the server sends it in any case.
            if bytes >= size.bytes {
                break;
            }
            found.push(totals(&row)?);
            matching = 0;
        }
        if row.try_get(OF_QUESTION - 1)?
            && let Some(last) = found.last_mut()
        {
            matching = row.try_get("matching")?;
            match read_line(&row, OF_QUESTION, keys) {
                Ok(item) => {
                    bytes += item.bytes();
                    last.items.push(item);
                }
                Err(Fault::Keys(more)) => wanted_keys.add(more),
                Err(fault) => return Err(fault),
            }
        }
    }
    if !wanted_keys.is_empty() {
        return Err(Fault::Keys(wanted_keys));
    }
    end(&mut found, matching, size);
    Ok(found)
}

/// An answer is complete.
fn end(found: &mut [UpdatesFound], matching: i64, size: UpdatesSize) {
    if let Some(last) = found.last_mut() {
        let fit = size.each.fit(last.items.iter().map(InboxItem::bytes));
        last.items.truncate(fit);
        last.has_more = count(matching) > fit as u64;
    }
}

fn totals(row: &PgRow) -> Result<UpdatesFound, Fault> {
    let read: Vec<Uuid> = row.try_get(4)?;
    Ok(UpdatesFound {
        total: count(row.try_get(1)?),
        unread: count(row.try_get(2)?),
        changes_at: row.try_get(3)?,
        read: read.into_iter().map(NotificationId).collect(),
        ..UpdatesFound::default()
    })
}

/// One row for each item of each question, and at least one for each question. What none of the questions is about is left
/// out: most are about what is newer only.
fn statement(
    wanted: &[UpdatesWanted],
    size: UpdatesSize,
    now: DateTime<Utc>,
) -> QueryBuilder<'static, Postgres> {
    let mut query = Scope::of(wanted.iter().map(|one| &one.tenant)).head();
    push_questions(&mut query, wanted);
    query.push(
        " SELECT q.place, c.total, c.unread, c.changes_at, c.read, i.id IS NOT NULL, i.* \
         FROM questions q CROSS JOIN LATERAL (SELECT counts.*, ",
    );
    push_changes_at(&mut query, now);
    query.push(" AS changes_at, ");
    push_read(&mut query, wanted, now);
    query.push(
        " AS read FROM (SELECT count(*) AS total, \
         count(*) FILTER (WHERE n.read_at IS NULL) AS unread FROM notifications n",
    );
    push_whose(&mut query, now);
    query.push(" AND q.counts AND ");
    push_shown(&mut query, false, now);
    query.push(") counts) c LEFT JOIN LATERAL (");
    if wanted.iter().any(|one| due_after(&one.items).is_some()) {
        push_items(&mut query, size, now);
    } else {
        push_newer(&mut query, size, now);
    }
    query.push(") i ON true ORDER BY q.place, i.due_at, i.id");
    query
}

/// The questions as rows. Lists of ids travel as texts: an array of arrays cannot have rows of different lengths.
fn push_questions(query: &mut QueryBuilder<Postgres>, wanted: &[UpdatesWanted]) {
    let texts = |of: fn(&UpdatesWanted) -> String| wanted.iter().map(of).collect::<Vec<_>>();
    query.push(", questions AS MATERIALIZED (SELECT w.* FROM scope, unnest(");
    query.push_bind(texts(|one| one.tenant.as_str().to_owned()));
    query.push(", ");
    query.push_bind(texts(|one| one.user.as_str().to_owned()));
    query.push(", ");
    let items = || wanted.iter().map(|one| &one.items);
    query.push_bind(items().map(after).collect::<Vec<_>>());
    query.push(", ");
    query.push_bind(items().map(up_to).collect::<Vec<_>>());
    query.push(", ");
    query.push_bind(items().map(known).collect::<Vec<_>>());
    query.push(", ");
    query.push_bind(items().map(due_after).collect::<Vec<_>>());
    query.push(", ");
    query.push_bind(wanted.iter().map(|w| w.read_since).collect::<Vec<_>>());
    query.push(", ");
    query.push_bind(wanted.iter().map(|w| w.counts).collect::<Vec<_>>());
    query.push(
        ") WITH ORDINALITY AS w (tenant, user_id, after, up_to, known, due_after, read_since, counts, place) \
         WHERE scope.tenants IS NOT NULL)",
    );
}

/// For a question about what is due: the greatest id of its moment that is known.
fn after(items: &ItemsWanted) -> Uuid {
    match items {
        ItemsWanted::Newer { after, .. } => after.0,
        ItemsWanted::Due { after, .. } => after.1.0,
    }
}

fn up_to(items: &ItemsWanted) -> Uuid {
    match items {
        ItemsWanted::Newer { up_to, .. } | ItemsWanted::Due { up_to, .. } => {
            up_to.map_or(Uuid::max(), |id| id.0)
        }
    }
}

fn known(items: &ItemsWanted) -> String {
    let ids: Vec<_> = match items {
        ItemsWanted::Newer { known, .. } => known.iter().map(|id| id.0.to_string()).collect(),
        ItemsWanted::Due { .. } => Vec::new(),
    };
    format!("{{{}}}", ids.join(","))
}

/// `None`: the question is about what is newer.
fn due_after(items: &ItemsWanted) -> Option<DateTime<Utc>> {
    match items {
        ItemsWanted::Newer { .. } => None,
        ItemsWanted::Due { after, .. } => Some(after.0),
    }
}

/// The rows of the question's inbox.
fn push_whose(query: &mut QueryBuilder<Postgres>, now: DateTime<Utc>) {
    query
        .push(" WHERE n.tenant = q.tenant AND n.user_id = q.user_id AND n.id < ")
        .push_bind(NotificationId::floor(now + AHEAD).0);
}

/// Those of them that are newer than what the question knows.
///
/// Of the two bounds that differ by question, the upper one is of user and id: each of the id alone makes the planner expect
/// fewer rows of the tenant. On a day with few rows it would then find an inbox by the primary key, and keep that plan.
fn push_whose_newer(query: &mut QueryBuilder<Postgres>, now: DateTime<Utc>) {
    query.push(
        " WHERE n.tenant = q.tenant AND n.user_id = q.user_id AND n.id > q.after \
         AND (n.user_id, n.id) <= (q.user_id, q.up_to)",
    );
    push_days_before(query, NotificationId::floor(now + AHEAD));
}

fn push_changes_at(query: &mut QueryBuilder<Postgres>, now: DateTime<Utc>) {
    query.push("least((SELECT n.send_at FROM notifications n");
    push_whose(query, now);
    query
        .push(" AND q.counts AND n.in_inbox AND n.cancelled_at IS NULL AND n.send_at > ")
        .push_bind(now)
        .push(" ORDER BY n.send_at LIMIT 1), (SELECT n.snoozed_until FROM notifications n");
    push_whose(query, now);
    query
        .push(" AND q.counts AND n.snoozed_until > ")
        .push_bind(now)
        .push(" ORDER BY n.snoozed_until LIMIT 1))");
}

fn push_read(query: &mut QueryBuilder<Postgres>, wanted: &[UpdatesWanted], now: DateTime<Utc>) {
    if wanted.iter().all(|one| one.read_since.is_none()) {
        query.push("'{}'::uuid[]");
        return;
    }
    query.push("ARRAY(SELECT r.id FROM (SELECT n.id, n.read_at FROM notifications n");
    push_whose(query, now);
    query.push(" AND q.read_since IS NOT NULL AND ");
    push_shown(query, false, now);
    query
        .push(" ORDER BY n.id DESC LIMIT ")
        .push_bind(i64::from(READ_AMONG))
        .push(") r WHERE r.read_at >= q.read_since)");
}

/// Where ids come from, each with its own index and order, and the moment that orders them: first what is newer. A
/// notification is in one of them only: that of the later moment.
const SOURCES: [(&str, &str); 3] = [
    ("", "NULL::timestamptz"),
    (
        "n.send_at >= q.due_after AND (n.send_at, n.id) > (q.due_after, q.after) \
         AND (n.snoozed_until IS NULL OR n.snoozed_until <= n.send_at)",
        "n.send_at",
    ),
    (
        "n.snoozed_until >= q.due_after AND (n.snoozed_until, n.id) > (q.due_after, q.after) \
         AND (n.send_at IS NULL OR n.send_at < n.snoozed_until)",
        "n.snoozed_until",
    ),
];

/// As many rows as fit of those that are newer.
fn push_newer(query: &mut QueryBuilder<Postgres>, size: UpdatesSize, now: DateTime<Utc>) {
    push_fitting(query);
    query.push(", NULL::timestamptz AS due_at FROM notifications n");
    push_whose_newer(query, now);
    query.push(" AND n.id <> ALL (q.known::uuid[]) AND ");
    push_shown(query, false, now);
    query
        .push(" ORDER BY n.id LIMIT ")
        .push_bind(i64::from(size.each.rows) + 1);
    push_size(query, size);
}

/// The beginning of a subquery that ends with [`push_size`] and has lines with their `due_at` between.
fn push_fitting(query: &mut QueryBuilder<Postgres>) {
    query
        .push(FITTING)
        .push(
            "p.due_at, p.id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before FROM (",
        )
        .push(LINES)
        .push(TEXT_BYTES);
}

fn push_size(query: &mut QueryBuilder<Postgres>, size: UpdatesSize) {
    query
        .push(") p) s WHERE s.before < ")
        .push_bind(limit(size.each.bytes));
}

/// First the ids, from three indexes; then the rows of as many as fit.
fn push_items(query: &mut QueryBuilder<Postgres>, size: UpdatesSize, now: DateTime<Utc>) {
    let rows = i64::from(size.each.rows) + 1;
    push_fitting(query);
    query.push(", u.due_at FROM (");
    for (place, (condition, due_at)) in SOURCES.into_iter().enumerate() {
        query.push(if place == 0 { "(" } else { " UNION ALL (" });
        query.push(format_args!(
            "SELECT {due_at} AS due_at, n.id FROM notifications n"
        ));
        if place == 0 {
            push_whose_newer(query, now);
        } else {
            push_whose(query, now);
            query.push(format_args!(
                " AND {condition} AND n.id <= q.up_to AND {due_at} <= "
            ));
            query.push_bind(now);
        }
        query.push(" AND ");
        push_shown(query, false, now);
        // What a question is not about comes from an index that is not even opened.
        query.push(match place {
            0 => " AND q.due_after IS NULL AND n.id <> ALL (q.known::uuid[]) ORDER BY n.id",
            1 => " AND q.due_after IS NOT NULL ORDER BY n.send_at, n.id",
            _ => " AND q.due_after IS NOT NULL ORDER BY n.snoozed_until, n.id",
        });
        query.push(" LIMIT ").push_bind(rows).push(")");
    }
    query
        .push(" ORDER BY due_at, id LIMIT ")
        .push_bind(rows)
        .push(") u JOIN notifications n ON n.tenant = q.tenant AND n.id = u.id");
    push_size(query, size);
}
