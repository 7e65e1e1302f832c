//! A user's inbox, newest first.

use async_trait::async_trait;
use campanile_domain::{NotificationId, TenantId, UserId};
use campanile_storage::{Inbox, InboxFilter, InboxItem, InboxPage, PageStart, StorageError};
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Postgres, QueryBuilder};

use crate::PostgresStorage;
use crate::connection::{Kind, Scope, count, limit as bound, transact};
use crate::error::Fault;
use crate::rows::{Reader, notification_columns, states};

/// An id is made when its notification is; this much apart at most, so that a span of time can be
/// asked for by ids too and only its partitions are read.
const APART: TimeDelta = TimeDelta::hours(1);

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
                let total = total(connection, &question).await?;
                let mut items = items(connection, &question, start, limit).await?;
                let limit = usize::try_from(limit).unwrap_or(usize::MAX);
                let has_more = items.len() > limit;
                items.truncate(limit);
                Ok(InboxPage {
                    items,
                    total,
                    has_more,
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
    ) -> Result<u64, StorageError> {
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

async fn total(connection: &mut PgConnection, question: &Question<'_>) -> Result<u64, Fault> {
    let mut query = QueryBuilder::new("SELECT count(*) FROM notifications n");
    push_where(&mut query, question);
    Ok(count(
        query.build_query_scalar().fetch_one(connection).await?,
    ))
}

/// One more than `limit`, to see whether there is one.
async fn items(
    connection: &mut PgConnection,
    question: &Question<'_>,
    start: PageStart,
    limit: u32,
) -> Result<Vec<InboxItem>, Fault> {
    let mut query = QueryBuilder::new(concat!(
        "SELECT n.read_at, n.updated_at, ARRAY(SELECT d.state FROM deliveries d \
         WHERE d.tenant = n.tenant AND d.notification_id = n.id ORDER BY d.created_at, d.id), ",
        notification_columns!(),
        " FROM notifications n"
    ));
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

/// The text differs only by which filters are there, so each kind of question is prepared once.
fn push_where<'a>(query: &mut QueryBuilder<Postgres>, question: &Question<'a>) {
    let filter = question.filter;
    query
        .push(" WHERE n.tenant = ")
        .push_bind(question.tenant.as_str().to_owned());
    query
        .push(" AND n.user_id = ")
        .push_bind(question.user.as_str().to_owned());
    query.push(" AND n.in_inbox AND (n.send_at IS NULL OR n.send_at <= ");
    query.push_bind(question.now).push(")");
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

fn read(row: &PgRow) -> Result<InboxItem, Fault> {
    let mut reader = Reader::new(row, "notifications");
    let (read_at, updated_at) = (reader.next("read_at")?, reader.next("updated_at")?);
    Ok(InboxItem {
        read_at,
        updated_at,
        delivery_states: states(&mut reader)?,
        notification: reader.notification()?,
    })
}
