//! A user's inbox, newest first.

mod search;

use async_trait::async_trait;
use campanile_domain::{NotificationId, TenantId, UserId};
use campanile_storage::{
    Inbox, InboxCount, InboxFilter, InboxItem, InboxPage, PageStart, StorageError, page_of,
};
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Postgres, QueryBuilder, Row};

use crate::PostgresStorage;
use crate::connection::{Kind, Scope, count, limit as bound, transact};
use crate::error::Fault;
use crate::rows::{Reader, marks_columns, notification_columns, states};

/// An id is made when its notification is; this much apart at most, so that a span of time can be
/// asked for by ids too and only its partitions are read.
const APART: TimeDelta = TimeDelta::hours(1);

/// No id is made ahead of the clock by more than seconds (see `accept`); a day leaves room for a
/// reader whose clock is wrong.
const AHEAD: TimeDelta = TimeDelta::days(1);

/// Whose inbox, and what of it.
struct Question<'a> {
    tenant: &'a TenantId,
    user: &'a UserId,
    filter: &'a InboxFilter,
    now: DateTime<Utc>,
}

#[async_trait]
impl Inbox for PostgresStorage {
    async fn inbox_page(
        &self,
        tenant: &TenantId,
        user: &UserId,
        filter: &InboxFilter,
        start: PageStart,
        limit: u32,
        now: DateTime<Utc>,
    ) -> Result<InboxPage, StorageError> {
        let question = Question {
            tenant,
            user,
            filter,
            now,
        };
        let page = transact!(
            &self.pools.app,
            Kind::Read,
            &Scope::one(tenant),
            |connection| {
                if let Some(search) = &filter.search {
                    let found = search::found(connection, &question, search).await?;
                    let (ids, has_more) = page_of(&found, start, limit);
                    return Ok(InboxPage {
                        items: search::items(connection, &question, ids).await?,
                        total: found.len() as u64,
                        has_more,
                        // Nobody keeps what was found.
                        changes_at: None,
                    });
                }
                let InboxCount { count, changes_at } = total(connection, &question).await?;
                let mut items = items(connection, &question, start, limit).await?;
                let limit = usize::try_from(limit).unwrap_or(usize::MAX);
                let has_more = items.len() > limit;
                items.truncate(limit);
                Ok(InboxPage {
                    items,
                    total: count,
                    has_more,
                    changes_at,
                })
            }
        );
        Ok(page?)
    }

    async fn inbox_count(
        &self,
        tenant: &TenantId,
        user: &UserId,
        filter: &InboxFilter,
        now: DateTime<Utc>,
    ) -> Result<InboxCount, StorageError> {
        let question = Question {
            tenant,
            user,
            filter,
            now,
        };
        let count = transact!(
            &self.pools.app,
            Kind::Read,
            &Scope::one(tenant),
            |connection| { total(connection, &question).await }
        );
        Ok(count?)
    }
}

/// One statement for both: to begin one on all days costs about what it then does.
async fn total(
    connection: &mut PgConnection,
    question: &Question<'_>,
) -> Result<InboxCount, Fault> {
    if let Some(search) = &question.filter.search {
        let found = search::found(connection, question, search).await?;
        return Ok(InboxCount {
            count: found.len() as u64,
            changes_at: None,
        });
    }
    let mut query = QueryBuilder::new("SELECT (SELECT count(*) FROM notifications n");
    push_where(&mut query, question);
    query.push("), ");
    if question.filter.recurs() {
        push_changes_at(&mut query, question);
    } else {
        query.push("NULL::timestamptz");
    }
    counted(&query.build().fetch_one(connection).await?)
}

fn push_changes_at<'a>(query: &mut QueryBuilder<Postgres>, question: &Question<'a>) {
    query.push("least(");
    for (place, (moment, of_inbox)) in [
        ("send_at", " AND n.in_inbox AND n.cancelled_at IS NULL"),
        ("snoozed_until", ""),
    ]
    .into_iter()
    .enumerate()
    {
        query
            .push(if place == 0 { "(" } else { ", (" })
            .push(format_args!("SELECT n.{moment} FROM notifications n"));
        push_whose(query, question);
        query
            .push(format_args!("{of_inbox} AND n.{moment} > "))
            .push_bind(question.now)
            .push(format_args!(" ORDER BY n.{moment} LIMIT 1)"));
    }
    query.push(")");
}

fn counted(row: &PgRow) -> Result<InboxCount, Fault> {
    Ok(InboxCount {
        count: count(row.try_get(0)?),
        changes_at: row.try_get(1)?,
    })
}

/// What a line of the inbox is read from.
const LINES: &str = concat!(
    "SELECT ",
    marks_columns!(),
    ", n.updated_at, ARRAY(SELECT d.state FROM deliveries d \
     WHERE d.tenant = n.tenant AND d.notification_id = n.id ORDER BY d.created_at, d.id), ",
    notification_columns!(),
    " FROM notifications n"
);

/// One more than `limit`, to see whether there is one.
async fn items(
    connection: &mut PgConnection,
    question: &Question<'_>,
    start: PageStart,
    limit: u32,
) -> Result<Vec<InboxItem>, Fault> {
    let mut query = QueryBuilder::new(LINES);
    push_where(&mut query, question);
    if let PageStart::After(id) = start {
        query.push(" AND n.id < ").push_bind(id.0);
    }
    query
        .push(" ORDER BY n.id DESC LIMIT ")
        .push_bind(i64::from(limit) + 1);
    if let PageStart::Offset(rows) = start {
        query
            .push(" OFFSET ")
            .push_bind(bound(usize::try_from(rows).unwrap_or(usize::MAX)));
    }
    let rows = query.build().fetch_all(connection).await?;
    rows.iter().map(read).collect()
}

/// The inbox's rows, but for days that are made ahead: those are left out before they are opened.
fn push_whose(query: &mut QueryBuilder<Postgres>, question: &Question<'_>) {
    query
        .push(" WHERE n.tenant = ")
        .push_bind(question.tenant.as_str().to_owned());
    query
        .push(" AND n.user_id = ")
        .push_bind(question.user.as_str().to_owned());
    query
        .push(" AND n.id < ")
        .push_bind(NotificationId::floor(question.now + AHEAD).0);
}

/// The text differs only by which filters are there, so each kind of question is prepared once.
fn push_where<'a>(query: &mut QueryBuilder<Postgres>, question: &Question<'a>) {
    let filter = question.filter;
    push_whose(query, question);
    query.push(" AND ");
    push_shown(query, filter.archived, question.now);
    if filter.unread_only {
        query.push(" AND n.read_at IS NULL");
    }
    if let Some(kind) = &filter.notification_type {
        query
            .push(" AND n.notification_type = ")
            .push_bind(kind.as_str().to_owned());
    }
    if let Some(from) = filter.from {
        query.push(" AND n.created_at >= ").push_bind(from);
        query
            .push(" AND n.id >= ")
            .push_bind(NotificationId::floor(from - APART).0);
    }
    if let Some(to) = filter.to {
        query.push(" AND n.created_at < ").push_bind(to);
        query
            .push(" AND n.id < ")
            .push_bind(NotificationId::floor(to + APART).0);
    }
}

/// What the inbox (or its archive) shows at this moment.
pub(crate) fn push_shown(query: &mut QueryBuilder<Postgres>, archived: bool, now: DateTime<Utc>) {
    query
        // One that was called back before its time is never shown.
        .push("n.in_inbox AND n.deleted_at IS NULL AND (n.send_at > n.cancelled_at) IS NOT TRUE")
        .push(" AND (n.send_at IS NULL OR n.send_at <= ")
        .push_bind(now)
        .push(") AND (n.snoozed_until IS NULL OR n.snoozed_until <= ")
        .push_bind(now)
        .push(if archived {
            ") AND n.archived_at IS NOT NULL"
        } else {
            ") AND n.archived_at IS NULL"
        });
}

fn read(row: &PgRow) -> Result<InboxItem, Fault> {
    let mut reader = Reader::new(row, "notifications");
    let (marks, updated_at) = (reader.marks()?, reader.next("updated_at")?);
    Ok(InboxItem {
        marks,
        updated_at,
        delivery_states: states(&mut reader)?,
        notification: reader.notification()?,
    })
}
