//! Writing the marks of one notification that is locked.

use campanile_domain::{InboxMarks, NotificationId, TenantId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::postgres::{PgArguments, Postgres};
use sqlx::query::Query;

use super::cancel::Found;
use crate::error::Fault;

/// Of these columns only `read_at` and `snoozed_until` stand in indexes; an update that leaves them as
/// they are stays within the page.
macro_rules! update {
    () => {
        "UPDATE notifications SET read_at = $3, seen_at = $4, archived_at = $5, snoozed_until = $6,
             updated_at = $7
         WHERE tenant = $1 AND id = $2"
    };
}

pub(super) async fn marks(
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
pub(super) async fn marks_and_find_open(
    connection: &mut PgConnection,
    tenant: &TenantId,
    id: NotificationId,
    marks: InboxMarks,
    now: DateTime<Utc>,
) -> Result<Vec<Found>, Fault> {
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
    rows.iter().map(Found::read).collect()
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
