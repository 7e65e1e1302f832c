//! Marking many as read: found by the index of unread ones, a bounded number in a transaction.

use campanile_domain::{NotificationId, NotificationType, TenantId, UserId, Withdrawal};
use campanile_storage::{READ_AT_ONCE, ReadStep, Unread};
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, Postgres, QueryBuilder};
use uuid::Uuid;

use super::cancel::cancel;
use crate::connection::limit;
use crate::error::Fault;
use crate::rows::bounds;

/// Whose unread ones, of which type.
pub(super) struct Question<'a> {
    pub(super) tenant: &'a TenantId,
    pub(super) user: &'a UserId,
    pub(super) notification_type: Option<&'a NotificationType>,
    pub(super) now: DateTime<Utc>,
}

pub(super) async fn unread_since(
    connection: &mut PgConnection,
    question: &Question<'_>,
    since: NotificationId,
    at_most: usize,
) -> Result<Vec<NotificationId>, Fault> {
    let mut query = QueryBuilder::new("SELECT n.id FROM notifications n");
    shown_unread(&mut query, question);
    query.push(" AND n.id >= ").push_bind(since.0);
    query
        .push(" ORDER BY n.id LIMIT ")
        .push_bind(limit(at_most));
    let ids: Vec<Uuid> = query.build_query_scalar().fetch_all(connection).await?;
    Ok(ids.into_iter().map(NotificationId).collect())
}

pub(super) async fn step(
    connection: &mut PgConnection,
    question: &Question<'_>,
    which: &Unread,
) -> Result<ReadStep, Fault> {
    let mut query = QueryBuilder::new("SELECT n.id FROM notifications n");
    shown_unread(&mut query, question);
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
            query.push(" AND n.id < ").push_bind(before.0);
        }
    }
    // In the order of ids, so that two of them at once lock in the same order.
    query
        .push(" ORDER BY n.id LIMIT ")
        .push_bind(limit(READ_AT_ONCE))
        .push(" FOR UPDATE");
    let found = query.build_query_scalar::<Uuid>();
    let ids: Vec<_> = found.fetch_all(&mut *connection).await?;
    let ids: Vec<_> = ids.into_iter().map(NotificationId).collect();
    if ids.is_empty() {
        return Ok(ReadStep::default());
    }
    mark(connection, question, &ids).await?;
    let (why, now) = (Withdrawal::Read, question.now);
    Ok(ReadStep {
        updated: ids.len() as u64,
        more_after: ids.last().filter(|_| ids.len() == READ_AT_ONCE).copied(),
        cancelled: cancel(connection, question.tenant, &ids, why, now).await?,
    })
}

async fn mark(
    connection: &mut PgConnection,
    question: &Question<'_>,
    ids: &[NotificationId],
) -> Result<(), Fault> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let (low, high) = bounds(ids.iter().copied());
    sqlx::query(
        "UPDATE notifications SET read_at = $4, seen_at = coalesce(seen_at, $4), updated_at = $4
         WHERE tenant = $1 AND user_id = $2 AND id = ANY ($3) AND id >= $5 AND id <= $6",
    )
    .bind(question.tenant.as_str())
    .bind(question.user.as_str())
    .bind(ids)
    .bind(question.now)
    .bind(low)
    .bind(high)
    .execute(connection)
    .await?;
    Ok(())
}

/// What the inbox shows and nobody has read: the same as a count of the unread.
fn shown_unread(query: &mut QueryBuilder<Postgres>, question: &Question<'_>) {
    query
        .push(" WHERE n.tenant = ")
        .push_bind(question.tenant.as_str().to_owned());
    query
        .push(" AND n.user_id = ")
        .push_bind(question.user.as_str().to_owned());
    query.push(" AND n.read_at IS NULL AND ");
    crate::inbox::push_shown(query, false, question.now);
    if let Some(kind) = question.notification_type {
        query
            .push(" AND n.notification_type = ")
            .push_bind(kind.as_str().to_owned());
    }
}
