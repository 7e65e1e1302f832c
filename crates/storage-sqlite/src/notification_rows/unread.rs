//! Marking many as read: a bounded number in a transaction.

use campanile_domain::NotificationId;
use campanile_storage::{READ_AT_ONCE, StorageError, Unread, UnreadOf};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use uuid::Uuid;

use crate::error::storage_error;
use crate::inbox::shown;
use crate::rows::micros;

pub(super) async fn since(
    connection: &mut SqliteConnection,
    unread: &UnreadOf,
    since: NotificationId,
    limit: usize,
) -> Result<Vec<NotificationId>, StorageError> {
    let mut query = shown_unread(unread);
    query.push(" AND n.id >= ").push_bind(since.0);
    oldest(connection, query, limit).await
}

/// There is one writer, so nothing has to be locked.
pub(super) async fn of_step(
    connection: &mut SqliteConnection,
    unread: &UnreadOf,
    which: &Unread,
) -> Result<Vec<NotificationId>, StorageError> {
    let mut query = shown_unread(unread);
    match which {
        Unread::These(ids) => {
            query.push(" AND n.id IN (");
            let mut list = query.separated(", ");
            for id in ids {
                list.push_bind(id.0);
            }
            query.push(")");
        }
        Unread::Between(after, before) => {
            query.push(" AND n.id > ").push_bind(after.0);
            query.push(" AND n.id < ").push_bind(before.0);
        }
    }
    oldest(connection, query, READ_AT_ONCE).await
}

async fn oldest(
    connection: &mut SqliteConnection,
    mut query: QueryBuilder<'static, Sqlite>,
    limit: usize,
) -> Result<Vec<NotificationId>, StorageError> {
    query
        .push(" ORDER BY n.id LIMIT ")
        .push_bind(i64::try_from(limit).unwrap_or(i64::MAX));
    let found = query.build_query_scalar::<Uuid>();
    let ids = found.fetch_all(connection).await.map_err(storage_error)?;
    Ok(ids.into_iter().map(NotificationId).collect())
}

pub(super) async fn mark(
    connection: &mut SqliteConnection,
    unread: &UnreadOf,
    ids: &[NotificationId],
) -> Result<bool, StorageError> {
    let now = micros(unread.now);
    let mut mark = QueryBuilder::<Sqlite>::new("UPDATE notifications SET read_at = ");
    mark.push_bind(now);
    mark.push(", seen_at = coalesce(seen_at, ").push_bind(now);
    mark.push("), updated_at = ").push_bind(now);
    mark.push(" WHERE tenant = ")
        .push_bind(unread.tenant.as_str());
    mark.push(" AND id IN (");
    let mut list = mark.separated(", ");
    for id in ids {
        list.push_bind(id.0);
    }
    mark.push(") RETURNING variants IS NOT NULL");
    let marked = mark.build_query_scalar::<bool>().fetch_all(connection);
    let marked = marked.await.map_err(storage_error)?;
    Ok(marked.contains(&true))
}

/// What the inbox shows and is unread: the same as a count of the unread.
fn shown_unread(unread: &UnreadOf) -> QueryBuilder<'static, Sqlite> {
    let mut query = QueryBuilder::new("SELECT n.id FROM notifications n WHERE n.tenant = ");
    query
        .push_bind(unread.tenant.as_str().to_owned())
        .push(" AND n.user_id = ")
        .push_bind(unread.user.as_str().to_owned())
        .push(" AND n.read_at IS NULL AND ");
    shown(&mut query, false, unread.now);
    if let Some(kind) = &unread.notification_type {
        query
            .push(" AND n.notification_type = ")
            .push_bind(kind.as_str().to_owned());
    }
    query
}
