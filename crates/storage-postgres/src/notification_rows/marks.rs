//! The marks of one notification: locked, then written.

use campanile_domain::{InboxMarks, NotificationId, TenantId, UserId};
use campanile_storage::MarksFound;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::postgres::{PgArguments, Postgres};
use sqlx::query::Query;

use super::cancel::OpenDelivery;
use crate::error::Fault;
use crate::rows::{marks_columns, marks_found};

/// Locks one of the user's notifications until the transaction ends. One for the inbox alone has no deliveries.
pub(super) async fn lock(
    connection: &mut PgConnection,
    tenant: &TenantId,
    user: &UserId,
    id: NotificationId,
    now: DateTime<Utc>,
) -> Result<Option<MarksFound>, Fault> {
    let row = sqlx::query(concat!(
        "SELECT ",
        marks_columns!(),
        ", n.channels IS DISTINCT FROM '{in_app}', n.variants IS NOT NULL
          FROM notifications n
          WHERE n.tenant = $1 AND n.id = $2 AND n.user_id IS NOT DISTINCT FROM $3
              AND n.deleted_at IS NULL
              AND (n.send_at IS NULL OR n.send_at <= $4)
              AND (n.send_at > n.cancelled_at) IS NOT TRUE
          FOR UPDATE"
    ))
    .bind(tenant.as_str())
    .bind(id.0)
    .bind(user.as_str())
    .bind(now)
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(marks_found).transpose()
}

/// Of these columns only `read_at` and `snoozed_until` stand in indexes; an update that leaves them as
/// they are stays within the page.
macro_rules! update {
    () => {
        "UPDATE notifications SET read_at = $3, seen_at = $4, archived_at = $5, snoozed_until = $6,
             updated_at = $7
         WHERE tenant = $1 AND id = $2"
    };
}

pub(super) async fn set(
    connection: &mut PgConnection,
    tenant: &TenantId,
    id: NotificationId,
    marks: InboxMarks,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    bind(sqlx::query(update!()), tenant, id, marks, now)
        .execute(connection)
        .await?;
    Ok(())
}

/// The same, and locks its open deliveries, in one round trip.
///
/// The notification was locked by a statement before, so this one's snapshot has every delivery that a plan has made.
pub(super) async fn set_and_find_open(
    connection: &mut PgConnection,
    tenant: &TenantId,
    id: NotificationId,
    marks: InboxMarks,
    now: DateTime<Utc>,
) -> Result<Vec<OpenDelivery>, Fault> {
    let rows = bind(
        sqlx::query(concat!(
            "WITH marked AS (",
            update!(),
            ") SELECT notification_id, id, channel FROM deliveries
             WHERE tenant = $1 AND notification_id = $2
                 AND state IN ('queued', 'deferred', 'retrying')
             ORDER BY id FOR UPDATE"
        )),
        tenant,
        id,
        marks,
        now,
    )
    .fetch_all(connection)
    .await?;
    rows.iter().map(OpenDelivery::read).collect()
}

/// The row stays, without its texts.
pub(super) async fn delete(
    connection: &mut PgConnection,
    tenant: &TenantId,
    id: NotificationId,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    sqlx::query(
        "UPDATE notifications SET deleted_at = $3, updated_at = $3, title = NULL,
             body = NULL, content = '{}', item_title = NULL, item_body = NULL, link = NULL, actions = NULL,
             sealed = NULL
         WHERE tenant = $1 AND id = $2",
    )
    .bind(tenant.as_str())
    .bind(id.0)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

fn bind<'q>(
    query: Query<'q, Postgres, PgArguments>,
    tenant: &'q TenantId,
    id: NotificationId,
    marks: InboxMarks,
    now: DateTime<Utc>,
) -> Query<'q, Postgres, PgArguments> {
    query
        .bind(tenant.as_str())
        .bind(id.0)
        .bind(marks.read_at)
        .bind(marks.seen_at)
        .bind(marks.archived_at)
        .bind(marks.snoozed_until)
        .bind(now)
}
