//! Writes to inboxes outside of transactions: marks of a notification of which nothing can leave any more, without a
//! lock, a statement each.
//!
//! A notification is looked up by its key; the user is only compared (`IS NOT DISTINCT FROM`, which no index answers),
//! or the planner might go through all of theirs.

use async_trait::async_trait;
use campanile_domain::{InboxMarks, NotificationId, TenantId, UserId};
use campanile_storage::{InboxWrites, MarksFound, StorageError};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::PostgresStorage;
use crate::connection::{Kind, Scope, alone, scope, transact};
use crate::error::{Fault, alone_fault};
use crate::rows::{Reader, marks_columns, marks_found};

#[async_trait]
impl InboxWrites for PostgresStorage {
    async fn recipient(
        &self,
        tenant: &TenantId,
        id: NotificationId,
    ) -> Result<Option<UserId>, StorageError> {
        let pool = &self.pools.app;
        let user = transact!(pool, Kind::Read, &Scope::one(tenant), |connection| {
            let row = sqlx::query(
                "SELECT n.user_id FROM notifications n
                 WHERE n.tenant = $1 AND n.id = $2 AND n.deleted_at IS NULL",
            )
            .bind(tenant.as_str())
            .bind(id.0)
            .fetch_optional(connection)
            .await?;
            let user = |row| Reader::new(row, "notifications").parse("user_id", UserId::parse);
            row.as_ref().map(user).transpose()
        });
        Ok(user?)
    }

    async fn marks_of(
        &self,
        tenant: &TenantId,
        user: &UserId,
        id: NotificationId,
        now: DateTime<Utc>,
    ) -> Result<Option<MarksFound>, StorageError> {
        let pool = &self.pools.app;
        let found = alone!(pool, Kind::Read, |connection| {
            look(connection, tenant, user, id, now).await
        });
        Ok(found?)
    }

    /// Run again, it finds the marks changed, and says so.
    async fn replace_marks(
        &self,
        tenant: &TenantId,
        user: &UserId,
        id: NotificationId,
        found: InboxMarks,
        marks: InboxMarks,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        let pool = &self.pools.app;
        let replaced = alone!(pool, Kind::Write, |connection| {
            replace(connection, tenant, user, id, [found, marks], now).await
        });
        if replaced? {
            return Ok(true);
        }
        // Only the planner decides whether an UPDATE looks for its row before or after it names the tenant (a new day's
        // partition was read first), and a row that is looked for before is not seen. A transaction names it first.
        let replaced = transact!(pool, Kind::Write, &Scope::one(tenant), |connection| {
            replace(connection, tenant, user, id, [found, marks], now).await
        });
        Ok(replaced?)
    }
}

async fn look(
    connection: &mut PgConnection,
    tenant: &TenantId,
    user: &UserId,
    id: NotificationId,
    now: DateTime<Utc>,
) -> Result<Option<MarksFound>, Fault> {
    let row = sqlx::query(concat!(
        scope!(),
        " SELECT n.* FROM scope CROSS JOIN LATERAL (SELECT ",
        marks_columns!(),
        ", n.channels IS DISTINCT FROM '{in_app}' AND coalesce((
               SELECT bool_or(d.state IN ('queued', 'deferred', 'retrying')) FROM deliveries d
               WHERE d.tenant = n.tenant AND d.notification_id = $2
           ), true), n.variants IS NOT NULL
           FROM notifications n
           WHERE n.tenant = scope.tenants AND n.id = $2 AND n.user_id IS NOT DISTINCT FROM $3
               AND n.deleted_at IS NULL
               AND (n.send_at IS NULL OR n.send_at <= $4)
               AND (n.send_at > n.cancelled_at) IS NOT TRUE
           LIMIT 1
         ) n"
    ))
    .bind(Scope::one(tenant).as_str())
    .bind(id.0)
    .bind(user.as_str())
    .bind(now)
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(marks_found).transpose()
}

/// Whether it still bore the marks that were found.
async fn replace(
    connection: &mut PgConnection,
    tenant: &TenantId,
    user: &UserId,
    id: NotificationId,
    [found, marks]: [InboxMarks; 2],
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let changed = sqlx::query(concat!(
        scope!(),
        " UPDATE notifications n
          SET read_at = $4, seen_at = $5, archived_at = $6, snoozed_until = $7, updated_at = $8
          FROM scope
          WHERE n.tenant = scope.tenants AND n.id = $2 AND n.user_id IS NOT DISTINCT FROM $3
               AND n.deleted_at IS NULL
              AND (",
        marks_columns!(),
        ") IS NOT DISTINCT FROM
                  ($9::timestamptz, $10::timestamptz, $11::timestamptz, $12::timestamptz)"
    ))
    .bind(Scope::one(tenant).as_str())
    .bind(id.0)
    .bind(user.as_str())
    .bind(marks.read_at)
    .bind(marks.seen_at)
    .bind(marks.archived_at)
    .bind(marks.snoozed_until)
    .bind(now)
    .bind(found.read_at)
    .bind(found.seen_at)
    .bind(found.archived_at)
    .bind(found.snoozed_until)
    .execute(connection)
    .await
    .map_err(alone_fault)?;
    Ok(changed.rows_affected() > 0)
}
