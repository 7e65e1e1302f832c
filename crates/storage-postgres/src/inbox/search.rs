//! Searching: opens the newest notifications one after the other and keeps the ids of those that say it.

use campanile_domain::NotificationId;
use campanile_storage::{InboxItem, Search};
use futures_util::TryStreamExt;
use sqlx::{PgConnection, QueryBuilder, Row};
use uuid::Uuid;

use super::{LINES, Question, push_where, read};
use crate::error::Fault;
use crate::rows::bounds;

/// All that say it, newest first. One row at a time is in memory.
pub(super) async fn found(
    connection: &mut PgConnection,
    question: &Question<'_>,
    search: &Search,
) -> Result<Vec<NotificationId>, Fault> {
    let mut query =
        QueryBuilder::new("SELECT n.id, n.title, n.body, n.content::text FROM notifications n");
    push_where(&mut query, question);
    query
        .push(" ORDER BY n.id DESC LIMIT ")
        .push_bind(i64::from(Search::OPENED));
    let mut rows = query.build().fetch(connection);
    let mut found = Vec::new();
    while let Some(row) = rows.try_next().await? {
        if search.finds(row.try_get(1)?, row.try_get(2)?, row.try_get(3)?) {
            found.push(NotificationId(row.try_get::<Uuid, _>(0)?));
        }
    }
    Ok(found)
}

/// The lines of those that a page shows.
pub(super) async fn items(
    connection: &mut PgConnection,
    question: &Question<'_>,
    ids: &[NotificationId],
) -> Result<Vec<InboxItem>, Fault> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let (low, high) = bounds(ids.iter().copied());
    let mut query = QueryBuilder::new(LINES);
    push_where(&mut query, question);
    query.push(" AND n.id = ANY (").push_bind(ids).push(")");
    query.push(" AND n.id >= ").push_bind(low);
    query.push(" AND n.id <= ").push_bind(high);
    query.push(" ORDER BY n.id DESC");
    let rows = query.build().fetch_all(connection).await?;
    rows.iter().map(read).collect()
}
