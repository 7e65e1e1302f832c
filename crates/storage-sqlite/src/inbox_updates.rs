//! What is new in many inboxes, one after the other.

use async_trait::async_trait;
use campanile_domain::NotificationId;
use campanile_storage::{
    InboxItem, InboxUpdates, ItemsWanted, READ_AMONG, StorageError, UpdatesFound, UpdatesSize,
    UpdatesWanted,
};
use chrono::{DateTime, Utc};
use sqlx::{QueryBuilder, Sqlite};
use uuid::Uuid;

use crate::SqliteStorage;
use crate::error::storage_error;
use crate::inbox::{LINES, shown};
use crate::rows::micros;

#[async_trait]
impl InboxUpdates for SqliteStorage {
    async fn inbox_updates(
        &self,
        wanted: &[UpdatesWanted],
        size: UpdatesSize,
        now: DateTime<Utc>,
    ) -> Result<Vec<UpdatesFound>, StorageError> {
        let (mut found, mut bytes) = (Vec::with_capacity(wanted.len()), 0);
        for one in wanted {
            // What is not answered now is asked again.
            if bytes >= size.bytes {
                break;
            }
            let answer = self.updates(one, size, now).await?;
            bytes += answer.items.iter().map(InboxItem::bytes).sum::<usize>();
            found.push(answer);
        }
        Ok(found)
    }
}

impl SqliteStorage {
    async fn updates(
        &self,
        wanted: &UpdatesWanted,
        size: UpdatesSize,
        now: DateTime<Utc>,
    ) -> Result<UpdatesFound, StorageError> {
        let (items, has_more) = self
            .lines(&wanted.tenant, new_items(wanted, size, now), size.each)
            .await?;
        let found = UpdatesFound {
            items,
            has_more,
            read: self.read_lately(wanted, now).await?,
            ..UpdatesFound::default()
        };
        if !wanted.counts {
            return Ok(found);
        }
        let mut counts =
            QueryBuilder::new("SELECT count(*), count(*) FILTER (WHERE n.read_at IS NULL)");
        push_shown_of(&mut counts, wanted, now);
        let (total, unread): (i64, i64) = counts
            .build_query_as()
            .fetch_one(&self.readers)
            .await
            .map_err(storage_error)?;
        let changes_at = self.changes_at(&wanted.tenant, &wanted.user, now).await?;
        Ok(UpdatesFound {
            total: u64::try_from(total).unwrap_or(0),
            unread: u64::try_from(unread).unwrap_or(0),
            changes_at,
            ..found
        })
    }

    async fn read_lately(
        &self,
        wanted: &UpdatesWanted,
        now: DateTime<Utc>,
    ) -> Result<Vec<NotificationId>, StorageError> {
        let Some(since) = wanted.read_since else {
            return Ok(Vec::new());
        };
        let mut query = QueryBuilder::new("SELECT r.id FROM (SELECT n.id, n.read_at");
        push_shown_of(&mut query, wanted, now);
        query
            .push(" ORDER BY n.id DESC LIMIT ")
            .push_bind(READ_AMONG)
            .push(") r WHERE r.read_at >= ")
            .push_bind(micros(since));
        let ids: Vec<Uuid> = query
            .build_query_scalar()
            .fetch_all(&self.readers)
            .await
            .map_err(storage_error)?;
        Ok(ids.into_iter().map(NotificationId).collect())
    }
}

/// The later moment, of which one may be absent.
const DUE_AT: &str =
    "max(coalesce(n.send_at, n.snoozed_until), coalesce(n.snoozed_until, n.send_at))";

/// The lines that a question is about, in order, and one more.
fn new_items(
    wanted: &UpdatesWanted,
    size: UpdatesSize,
    now: DateTime<Utc>,
) -> QueryBuilder<'static, Sqlite> {
    let mut query = QueryBuilder::new(LINES);
    push_shown_of(&mut query, wanted, now);
    match &wanted.items {
        ItemsWanted::Newer {
            after,
            up_to,
            known,
        } => {
            query.push(" AND n.id > ").push_bind(after.0);
            push_up_to(&mut query, *up_to);
            query.push(" AND n.id NOT IN (");
            let mut list = query.separated(", ");
            for id in known {
                list.push_bind(id.0);
            }
            query.push(") ORDER BY n.id");
        }
        ItemsWanted::Due { after, up_to } => {
            query.push(" AND n.id IN (");
            for (place, moment) in ["n.send_at", "n.snoozed_until"].into_iter().enumerate() {
                query.push(if place == 0 { "" } else { " UNION " });
                push_ids(&mut query, wanted, moment);
                query.push(" >= ").push_bind(micros(after.0));
                query.push(format_args!(" AND {moment} <= "));
                query.push_bind(micros(now));
            }
            query.push(format_args!(") AND ({DUE_AT}, n.id) > ("));
            query.push_bind(micros(after.0)).push(", ");
            query.push_bind(after.1.0).push(")");
            push_up_to(&mut query, *up_to);
            query.push(format_args!(" ORDER BY {DUE_AT}, n.id"));
        }
    }
    query
        .push(" LIMIT ")
        .push_bind(i64::from(size.each.rows) + 1);
    query
}

fn push_up_to(query: &mut QueryBuilder<Sqlite>, up_to: Option<NotificationId>) {
    if let Some(up_to) = up_to {
        query.push(" AND n.id <= ").push_bind(up_to.0);
    }
}

/// Ids of the inbox under the condition that follows.
fn push_ids(query: &mut QueryBuilder<Sqlite>, wanted: &UpdatesWanted, condition: &str) {
    query
        .push("SELECT n.id FROM notifications n WHERE n.tenant = ")
        .push_bind(wanted.tenant.as_str().to_owned())
        .push(" AND n.user_id = ")
        .push_bind(wanted.user.as_str().to_owned())
        .push(" AND ")
        .push(condition);
}

/// What the question's inbox shows.
fn push_shown_of(query: &mut QueryBuilder<Sqlite>, wanted: &UpdatesWanted, now: DateTime<Utc>) {
    query
        .push(" FROM notifications n WHERE n.tenant = ")
        .push_bind(wanted.tenant.as_str().to_owned())
        .push(" AND n.user_id = ")
        .push_bind(wanted.user.as_str().to_owned())
        .push(" AND ");
    shown(query, false, now);
}
