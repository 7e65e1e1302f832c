//! Marking many as read: found by the index of unread ones, a bounded number in a transaction.

use campanile_domain::NotificationId;
use campanile_storage::{READ_AT_ONCE, Unread, UnreadOf};
use sqlx::{PgConnection, Postgres, QueryBuilder};
use uuid::Uuid;

use crate::connection::limit;
use crate::error::Fault;
use crate::inbox::push_before;
use crate::rows::bounds;

pub(super) async fn since(
    connection: &mut PgConnection,
    unread: &UnreadOf,
    since: NotificationId,
    at_most: usize,
) -> Result<Vec<NotificationId>, Fault> {
    let mut query = QueryBuilder::new("SELECT n.id FROM notifications n");
    shown_unread(&mut query, unread);
    query.push(" AND n.id >= ").push_bind(since.0);
    query
        .push(" ORDER BY n.id LIMIT ")
        .push_bind(limit(at_most));
    let ids: Vec<Uuid> = query.build_query_scalar().fetch_all(connection).await?;
    Ok(ids.into_iter().map(NotificationId).collect())
}

pub(super) async fn lock(
    connection: &mut PgConnection,
    unread: &UnreadOf,
    which: &Unread,
) -> Result<Vec<NotificationId>, Fault> {
    let mut query = QueryBuilder::new("SELECT n.id FROM notifications n");
    shown_unread(&mut query, unread);
    match which {
        Unread::These(ids) => {
            let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
            let (low, high) = bounds(ids.iter().copied());
            query.push(" AND n.id = ANY (").push_bind(ids).push(")");
            query.push(" AND n.id >= ").push_bind(low);
            query.push(" AND n.id <= ").push_bind(high);
        }
        Unread::Between(after, before) => {
            query.push(" AND n.id > ").push_bind(after.0);
            let kind = unread.notification_type.as_ref();
            push_before(&mut query, &unread.user, kind, *before);
        }
    }
    // In the order of ids, so that two of them at once lock in the same order.
    query
        .push(" ORDER BY n.id LIMIT ")
        .push_bind(limit(READ_AT_ONCE))
        .push(" FOR UPDATE");
    let found = query.build_query_scalar::<Uuid>();
    let ids: Vec<_> = found.fetch_all(connection).await?;
    Ok(ids.into_iter().map(NotificationId).collect())
}

pub(super) async fn mark(
    connection: &mut PgConnection,
    unread: &UnreadOf,
    ids: &[NotificationId],
) -> Result<bool, Fault> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let (low, high) = bounds(ids.iter().copied());
    let any = sqlx::query_scalar(
        "WITH marked AS (
             UPDATE notifications SET read_at = $4, seen_at = coalesce(seen_at, $4), updated_at = $4
             WHERE tenant = $1 AND user_id = $2 AND id = ANY ($3) AND id >= $5 AND id <= $6
             RETURNING variants IS NOT NULL AS has_variants
         ) SELECT coalesce(bool_or(has_variants), false) FROM marked",
    )
    .bind(unread.tenant.as_str())
    .bind(unread.user.as_str())
    .bind(ids)
    .bind(unread.now)
    .bind(low)
    .bind(high)
    .fetch_one(connection)
    .await?;
    Ok(any)
}

/// What the inbox shows and is unread: the same as a count of the unread.
fn shown_unread(query: &mut QueryBuilder<Postgres>, unread: &UnreadOf) {
    query
        .push(" WHERE n.tenant = ")
        .push_bind(unread.tenant.as_str().to_owned());
    query
        .push(" AND n.user_id = ")
        .push_bind(unread.user.as_str().to_owned());
    query.push(" AND n.read_at IS NULL AND ");
    crate::inbox::push_shown(query, false, unread.now);
    if let Some(kind) = &unread.notification_type {
        query
            .push(" AND n.notification_type = ")
            .push_bind(kind.as_str().to_owned());
    }
}
