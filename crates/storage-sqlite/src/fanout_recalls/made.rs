//! The notifications of a batch, and which of them have something left to stop.

use std::collections::HashSet;

use campanile_domain::{NotificationId, OutboxId, TenantId, UserId, Withdrawal};
use campanile_storage::{MadeByFanout, NotificationRange, StorageError};
use chrono::{DateTime, Utc};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use uuid::Uuid;

use crate::error::{storage_error, undecodable};
use crate::rows::{get, micros, unpack};

/// Those of the batch that are still there.
pub(super) async fn those(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    batch: NotificationRange,
) -> Result<Vec<MadeByFanout>, StorageError> {
    let rows = sqlx::query(
        "SELECT id, user_id, in_inbox, cancelled_at IS NOT NULL AS is_marked, read_at IS NOT NULL AS is_read, \
         variants IS NOT NULL AS has_variants FROM notifications \
         WHERE tenant = ? AND id >= ? AND id <= ? AND deleted_at IS NULL ORDER BY id",
    )
    .bind(tenant.as_str())
    .bind(batch.first.0)
    .bind(batch.last.0)
    .fetch_all(connection)
    .await
    .map_err(storage_error)?;
    let read = |row| {
        Ok(MadeByFanout {
            id: NotificationId(get(row, "id")?),
            user: UserId::parse(get(row, "user_id")?)
                .map_err(|error| undecodable("notifications", "user_id", error))?,
            in_inbox: get(row, "in_inbox")?,
            is_cancelled: get(row, "is_marked")?,
            is_read: get(row, "is_read")?,
            has_variants: get(row, "has_variants")?,
        })
    };
    rows.iter().map(read).collect()
}

/// Those that wait for their plan: in the outbox, or, where a relay could not read them, in `schedule`.
pub(super) async fn unplanned(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    batch: NotificationRange,
) -> Result<HashSet<NotificationId>, StorageError> {
    let put_aside: Vec<Uuid> = sqlx::query_scalar(
        "SELECT key FROM schedule WHERE tenant = ? AND kind = 'send' AND key >= ? AND key <= ?",
    )
    .bind(tenant.as_str())
    .bind(batch.first.0)
    .bind(batch.last.0)
    .fetch_all(&mut *connection)
    .await
    .map_err(storage_error)?;
    let waiting: Vec<Vec<u8>> =
        sqlx::query_scalar("SELECT notification_ids FROM outbox WHERE tenant = ? AND id >= ?")
            .bind(tenant.as_str())
            .bind(OutboxId::floor_of(batch.first).0)
            .fetch_all(connection)
            .await
            .map_err(storage_error)?;
    let waiting = waiting.iter().flat_map(|ids| unpack(ids));
    let of_it = |id: &NotificationId| (batch.first..=batch.last).contains(id);
    let put_aside = put_aside.into_iter().map(NotificationId);
    let waiting = waiting.map(NotificationId).filter(of_it);
    Ok(waiting.chain(put_aside).collect())
}

/// Those with deliveries that were closed just now, at `now`.
pub(super) async fn closed(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    batch: NotificationRange,
    now: DateTime<Utc>,
) -> Result<HashSet<NotificationId>, StorageError> {
    let ids: Vec<Uuid> = sqlx::query_scalar(
        "SELECT notification_id FROM deliveries \
         WHERE tenant = ? AND notification_id >= ? AND notification_id <= ? \
         AND state = 'cancelled' AND reason = ? AND updated_at = ?",
    )
    .bind(tenant.as_str())
    .bind(batch.first.0)
    .bind(batch.last.0)
    .bind(Withdrawal::Cancelled.name())
    .bind(micros(now))
    .fetch_all(connection)
    .await
    .map_err(storage_error)?;
    Ok(ids.into_iter().map(NotificationId).collect())
}

/// Marks those that were stopped.
pub(super) async fn mark(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    ids: &[NotificationId],
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let mut mark = QueryBuilder::<Sqlite>::new("UPDATE notifications SET cancelled_at = ");
    mark.push_bind(micros(now));
    set(connection, mark, tenant, ids, now).await
}

/// Marks what is over as read.
pub(super) async fn mark_read(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    ids: &[NotificationId],
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let mut mark = QueryBuilder::<Sqlite>::new("UPDATE notifications SET read_at = ");
    mark.push_bind(micros(now));
    mark.push(", seen_at = coalesce(seen_at, ")
        .push_bind(micros(now))
        .push(")");
    set(connection, mark, tenant, ids, now).await
}

async fn set<'a>(
    connection: &mut SqliteConnection,
    mut mark: QueryBuilder<'a, Sqlite>,
    tenant: &'a TenantId,
    ids: &[NotificationId],
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    if ids.is_empty() {
        return Ok(());
    }
    mark.push(", updated_at = ").push_bind(micros(now));
    mark.push(" WHERE tenant = ").push_bind(tenant.as_str());
    mark.push(" AND id IN (");
    let mut list = mark.separated(", ");
    for id in ids {
        list.push_bind(id.0);
    }
    mark.push(")");
    let done = mark.build().execute(connection).await;
    done.map(drop).map_err(storage_error)
}
