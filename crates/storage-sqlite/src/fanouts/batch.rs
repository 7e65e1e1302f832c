//! What a step has made, named by the first and the last id: they follow one upon the other.

use campanile_domain::{FanoutId, NotificationId, TenantId};
use campanile_storage::{NotificationRange, StorageError};
use sqlx::SqliteConnection;

use crate::error::storage_error;
use crate::rows::get;

/// Notes what a recall takes if the fan-out is cancelled. `ids` are consecutive.
pub(super) async fn insert(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    fanout: FanoutId,
    ids: &[NotificationId],
) -> Result<(), StorageError> {
    let (Some(first), Some(last)) = (ids.first(), ids.last()) else {
        return Ok(());
    };
    sqlx::query(
        "INSERT INTO fanout_batches (tenant, fanout_id, first_id, last_id) VALUES (?, ?, ?, ?)",
    )
    .bind(tenant.as_str())
    .bind(fanout.0)
    .bind(first.0)
    .bind(last.0)
    .execute(connection)
    .await
    .map(drop)
    .map_err(storage_error)
}

/// Takes the newest away, to be cancelled in this transaction: of it the least has left.
pub(crate) async fn take(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    fanout: FanoutId,
) -> Result<Option<NotificationRange>, StorageError> {
    let row = sqlx::query(
        "DELETE FROM fanout_batches WHERE tenant = ?1 AND fanout_id = ?2 AND first_id = (\
             SELECT max(first_id) FROM fanout_batches WHERE tenant = ?1 AND fanout_id = ?2) \
         RETURNING first_id, last_id",
    )
    .bind(tenant.as_str())
    .bind(fanout.0)
    .fetch_optional(connection)
    .await
    .map_err(storage_error)?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(NotificationRange {
        first: NotificationId(get(&row, "first_id")?),
        last: NotificationId(get(&row, "last_id")?),
    }))
}
