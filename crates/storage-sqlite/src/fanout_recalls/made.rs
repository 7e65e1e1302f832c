//! The notifications of a batch, and which of them have something left to stop.

use std::collections::HashSet;

use campanile_domain::{NotificationId, OutboxId, TenantId, UserId, Withdrawal};
use campanile_storage::StorageError;
use chrono::{DateTime, Utc};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use uuid::Uuid;

use crate::error::{storage_error, undecodable};
use crate::fanouts::batch::Batch;
use crate::rows::{get, micros, unpack};

/// One notification.
pub(super) struct Made {
    pub(super) id: NotificationId,
    pub(super) user: UserId,
    pub(super) in_inbox: bool,
    /// Whether it was called back before.
    pub(super) is_marked: bool,
}

/// Those of the batch that are still there.
pub(super) async fn those(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    batch: Batch,
) -> Result<Vec<Made>, StorageError> {
    let rows = sqlx::query(
        "SELECT id, user_id, in_inbox, cancelled_at IS NOT NULL AS is_marked FROM notifications \
         WHERE tenant = ? AND id >= ? AND id <= ? AND deleted_at IS NULL ORDER BY id",
    )
    .bind(tenant.as_str())
    .bind(batch.first)
    .bind(batch.last)
    .fetch_all(connection)
    .await
    .map_err(storage_error)?;
    let read = |row| {
        Ok(Made {
            id: NotificationId(get(row, "id")?),
            user: UserId::parse(get(row, "user_id")?)
                .map_err(|error| undecodable("notifications", "user_id", error))?,
            in_inbox: get(row, "in_inbox")?,
            is_marked: get(row, "is_marked")?,
        })
    };
    rows.iter().map(read).collect()
}

/// Those that wait for their plan: in the outbox, or, where a relay could not read them, in `schedule`.
pub(super) async fn unplanned(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    batch: Batch,
) -> Result<HashSet<Uuid>, StorageError> {
    let put_aside: Vec<Uuid> = sqlx::query_scalar(
        "SELECT key FROM schedule WHERE tenant = ? AND kind = 'send' AND key >= ? AND key <= ?",
    )
    .bind(tenant.as_str())
    .bind(batch.first)
    .bind(batch.last)
    .fetch_all(&mut *connection)
    .await
    .map_err(storage_error)?;
    let waiting: Vec<Vec<u8>> =
        sqlx::query_scalar("SELECT notification_ids FROM outbox WHERE tenant = ? AND id >= ?")
            .bind(tenant.as_str())
            .bind(OutboxId::floor_of(NotificationId(batch.first)).0)
            .fetch_all(connection)
            .await
            .map_err(storage_error)?;
    let waiting = waiting.iter().flat_map(|ids| unpack(ids));
    let of_it = |id: &Uuid| (batch.first..=batch.last).contains(id);
    Ok(waiting.filter(of_it).chain(put_aside).collect())
}

/// Those with deliveries that were closed just now, at `now`.
pub(super) async fn closed(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    batch: Batch,
    now: DateTime<Utc>,
) -> Result<HashSet<Uuid>, StorageError> {
    let ids: Vec<Uuid> = sqlx::query_scalar(
        "SELECT notification_id FROM deliveries \
         WHERE tenant = ? AND notification_id >= ? AND notification_id <= ? \
         AND state = 'cancelled' AND reason = ? AND updated_at = ?",
    )
    .bind(tenant.as_str())
    .bind(batch.first)
    .bind(batch.last)
    .bind(Withdrawal::Cancelled.name())
    .bind(micros(now))
    .fetch_all(connection)
    .await
    .map_err(storage_error)?;
    Ok(ids.into_iter().collect())
}

/// Marks those that were stopped.
pub(super) async fn mark(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    ids: &[Uuid],
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let mut mark = QueryBuilder::<Sqlite>::new("UPDATE notifications SET cancelled_at = ");
    mark.push_bind(micros(now));
    mark.push(", updated_at = ").push_bind(micros(now));
    mark.push(" WHERE tenant = ").push_bind(tenant.as_str());
    mark.push(" AND id IN (");
    let mut list = mark.separated(", ");
    for id in ids {
        list.push_bind(*id);
    }
    mark.push(")");
    let done = mark.build().execute(connection).await;
    done.map(drop).map_err(storage_error)
}
