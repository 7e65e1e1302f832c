//! Reads a user's inbox.

use std::collections::HashMap;

use async_trait::async_trait;
use campanile_domain::{DeliveryState, NotificationId, TenantId, UserId};
use campanile_sealing::{Place, RowTexts};
use campanile_storage::{
    Inbox, InboxCount, InboxFilter, InboxItem, InboxPage, Opened, PageSize, PageStart, Search,
    SearchHit, StorageError, page_of,
};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::TryStreamExt;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Sqlite};
use uuid::Uuid;

use crate::SqliteStorage;
use crate::error::storage_error;
use crate::keys::{Opening, text};
use crate::rows::{
    get, marks, marks_columns, micros, moment, notification, notification_columns, state,
};

/// How precise a time-ordered id is.
const MILLISECOND: TimeDelta = TimeDelta::milliseconds(1);

/// What a line of the inbox is read from.
pub(crate) const LINES: &str = concat!(
    "SELECT ",
    marks_columns!(),
    ", n.updated_at, ",
    notification_columns!()
);

#[async_trait]
impl Inbox for SqliteStorage {
    async fn inbox_page(
        &self,
        tenant: &TenantId,
        user: &UserId,
        filter: &InboxFilter,
        start: PageStart,
        size: PageSize,
        now: DateTime<Utc>,
    ) -> Result<InboxPage, StorageError> {
        let mut query = QueryBuilder::<Sqlite>::new(LINES);
        matching(&mut query, tenant, user, filter, now);
        if let Some(search) = &filter.search {
            let found = self.found(tenant, user, filter, search, now).await?;
            let (ids, has_more) = page_of(&found, start, size);
            query.push(" AND n.id IN (");
            let mut list = query.separated(", ");
            for id in ids {
                list.push_bind(id.0);
            }
            query.push(") ORDER BY n.id DESC");
            return Ok(InboxPage {
                items: self.lines(tenant, query, size).await?.0,
                total: found.len() as u64,
                has_more,
                // What was found is not kept.
                changes_at: None,
            });
        }
        if let PageStart::After(id) = start {
            query.push(" AND n.id < ").push_bind(id.0);
        }
        // One more than asked for tells whether older ones follow.
        query
            .push(" ORDER BY n.id DESC LIMIT ")
            .push_bind(i64::from(size.rows) + 1);
        if let PageStart::Offset(offset) = start {
            query.push(" OFFSET ").push_bind(offset);
        }
        let (items, has_more) = self.lines(tenant, query, size).await?;
        let counted = self.inbox_count(tenant, user, filter, now).await?;
        Ok(InboxPage {
            items,
            total: counted.count,
            has_more,
            changes_at: counted.changes_at,
        })
    }

    async fn inbox_count(
        &self,
        tenant: &TenantId,
        user: &UserId,
        filter: &InboxFilter,
        now: DateTime<Utc>,
    ) -> Result<InboxCount, StorageError> {
        if let Some(search) = &filter.search {
            let found = self.found(tenant, user, filter, search, now).await?;
            return Ok(InboxCount {
                count: found.len() as u64,
                changes_at: None,
            });
        }
        let mut query = QueryBuilder::<Sqlite>::new("SELECT count(*)");
        matching(&mut query, tenant, user, filter, now);
        let count: i64 = query
            .build_query_scalar()
            .fetch_one(&self.readers)
            .await
            .map_err(storage_error)?;
        Ok(InboxCount {
            count: u64::try_from(count).unwrap_or(0),
            changes_at: match filter.recurs() {
                true => self.changes_at(tenant, user, now).await?,
                false => None,
            },
        })
    }
}

impl SqliteStorage {
    pub(crate) async fn changes_at(
        &self,
        tenant: &TenantId,
        user: &UserId,
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, StorageError> {
        let next: Option<i64> = sqlx::query_scalar(
            "SELECT min(at) FROM ( \
                 SELECT min(n.send_at) AS at FROM notifications n \
                 WHERE n.tenant = ?1 AND n.user_id = ?2 AND n.send_at > ?3 AND n.in_inbox \
                 AND n.cancelled_at IS NULL \
                 UNION ALL \
                 SELECT min(n.snoozed_until) FROM notifications n \
                 WHERE n.tenant = ?1 AND n.user_id = ?2 AND n.snoozed_until > ?3)",
        )
        .bind(tenant.as_str())
        .bind(user.as_str())
        .bind(micros(now))
        .fetch_one(&self.readers)
        .await
        .map_err(storage_error)?;
        next.map(moment).transpose()
    }

    /// The lines that fit, and whether more follow. What does not fit is not read.
    pub(crate) async fn lines(
        &self,
        tenant: &TenantId,
        mut query: QueryBuilder<'_, Sqlite>,
        mut size: PageSize,
    ) -> Result<(Vec<InboxItem>, bool), StorageError> {
        let opening = self.opening(tenant).await?;
        let (mut items, mut has_more) = (Vec::new(), false);
        let mut rows = query.build().fetch(&self.readers);
        while let Some(row) = rows.try_next().await.map_err(storage_error)? {
            let item = line(&row, &opening)?;
            if !size.takes(item.bytes()) {
                has_more = true;
                break;
            }
            items.push(item);
        }
        drop(rows);
        let mut states = self.delivery_states(tenant, &items).await?;
        for item in &mut items {
            item.delivery_states = states.remove(&item.notification.id).unwrap_or_default();
        }
        Ok((items, has_more))
    }

    /// All that say it, newest first. One row at a time is in memory.
    async fn found(
        &self,
        tenant: &TenantId,
        user: &UserId,
        filter: &InboxFilter,
        search: &Search,
        now: DateTime<Utc>,
    ) -> Result<Vec<SearchHit>, StorageError> {
        let mut query = QueryBuilder::<Sqlite>::new(concat!(
            "SELECT n.id, coalesce(n.item_title, n.title) AS title, ",
            "coalesce(n.item_body, n.body) AS body, n.content, n.sealed"
        ));
        matching(&mut query, tenant, user, filter, now);
        query
            .push(" ORDER BY n.id DESC LIMIT ")
            .push_bind(Search::OPENED);
        let opening = self.opening(tenant).await?;
        let mut rows = query.build().fetch(&self.readers);
        let (mut opened, mut found) = (Opened::default(), Vec::new());
        while let Some(row) = rows.try_next().await.map_err(storage_error)? {
            let id: Uuid = get(&row, "id")?;
            let texts = RowTexts {
                title: text(&row, "title")?,
                body: text(&row, "body")?,
                content: text(&row, "content")?,
                ..RowTexts::default()
            };
            let texts = opening.texts(&row, Place::Notification(id), texts)?;
            // As the user sees them.
            let (title, body) = (
                texts.item_title.or(texts.title),
                texts.item_body.or(texts.body),
            );
            let (title, body) = (title.as_deref(), body.as_deref());
            let content = texts.content.as_deref().unwrap_or_default();
            let before = opened.bytes();
            if opened.open(search, title, body, content).await {
                found.push(SearchHit {
                    id: NotificationId(id),
                    bytes: opened.bytes() - before,
                });
            }
            if opened.is_over() {
                break;
            }
        }
        Ok(found)
    }

    pub(crate) async fn delivery_states(
        &self,
        tenant: &TenantId,
        items: &[InboxItem],
    ) -> Result<HashMap<NotificationId, Vec<DeliveryState>>, StorageError> {
        let mut states: HashMap<_, Vec<_>> = HashMap::new();
        if items.is_empty() {
            return Ok(states);
        }
        let mut query = QueryBuilder::<Sqlite>::new(
            "SELECT notification_id, state FROM deliveries WHERE tenant = ",
        );
        query
            .push_bind(tenant.as_str())
            .push(" AND notification_id IN (");
        let mut list = query.separated(", ");
        for item in items {
            list.push_bind(item.notification.id.0);
        }
        list.push_unseparated(")");
        for row in query
            .build()
            .fetch_all(&self.readers)
            .await
            .map_err(storage_error)?
        {
            let id = NotificationId(get::<Uuid>(&row, "notification_id")?);
            states
                .entry(id)
                .or_default()
                .push(state(get(&row, "state")?)?);
        }
        Ok(states)
    }
}

/// A line, as yet without the states of its deliveries.
pub(crate) fn line(row: &SqliteRow, opening: &Opening<'_>) -> Result<InboxItem, StorageError> {
    Ok(InboxItem {
        notification: notification(row, opening)?,
        marks: marks(row)?,
        updated_at: moment(get(row, "updated_at")?)?,
        delivery_states: Vec::new(),
    })
}

/// The part that pages and counts share, so that they can never disagree.
fn matching(
    query: &mut QueryBuilder<Sqlite>,
    tenant: &TenantId,
    user: &UserId,
    filter: &InboxFilter,
    now: DateTime<Utc>,
) {
    query
        .push(" FROM notifications n WHERE n.tenant = ")
        .push_bind(tenant.as_str().to_owned());
    query
        .push(" AND n.user_id = ")
        .push_bind(user.as_str().to_owned());
    query.push(" AND ");
    shown(query, filter.archived, now);
    if filter.unread_only {
        query.push(" AND n.read_at IS NULL");
    }
    if let Some(notification_type) = &filter.notification_type {
        query
            .push(" AND n.notification_type = ")
            .push_bind(notification_type.as_str().to_owned());
    }
    // Ids are time-ordered to the millisecond, so moments are bounds of the same index too.
    if let Some(from) = filter.from {
        query.push(" AND n.created_at >= ").push_bind(micros(from));
        query
            .push(" AND n.id >= ")
            .push_bind(NotificationId::floor(from).0);
    }
    if let Some(to) = filter.to {
        query.push(" AND n.created_at < ").push_bind(micros(to));
        query
            .push(" AND n.id < ")
            .push_bind(NotificationId::floor(to + MILLISECOND).0);
    }
}

/// What the inbox (or its archive) shows at this moment.
pub(crate) fn shown(query: &mut QueryBuilder<Sqlite>, archived: bool, now: DateTime<Utc>) {
    query
        // One that was cancelled before its time is never shown.
        .push("n.in_inbox AND n.deleted_at IS NULL AND (n.send_at > n.cancelled_at) IS NOT TRUE")
        .push(" AND (n.send_at IS NULL OR n.send_at <= ")
        .push_bind(micros(now))
        .push(") AND (n.snoozed_until IS NULL OR n.snoozed_until <= ")
        .push_bind(micros(now))
        .push(if archived {
            ") AND n.archived_at IS NOT NULL"
        } else {
            ") AND n.archived_at IS NULL"
        });
}
