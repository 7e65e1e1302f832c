//! Marking many as seen, by their keys.

use campanile_domain::{NotificationId, TenantId, UserId};
use campanile_storage::StorageError;
use chrono::{DateTime, Utc};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use crate::error::storage_error;
use crate::rows::micros;

pub(super) async fn mark(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    user: &UserId,
    ids: &[NotificationId],
    now: DateTime<Utc>,
) -> Result<u64, StorageError> {
    let now = micros(now);
    let mut mark = QueryBuilder::<Sqlite>::new("UPDATE notifications SET seen_at = ");
    mark.push_bind(now)
        .push(", updated_at = ")
        .push_bind(now)
        .push(" WHERE tenant = ")
        .push_bind(tenant.as_str())
        .push(" AND +user_id = ")
        .push_bind(user.as_str())
        .push(" AND seen_at IS NULL AND deleted_at IS NULL AND (send_at IS NULL OR send_at <= ")
        .push_bind(now)
        .push(") AND (send_at > cancelled_at) IS NOT TRUE AND id IN (");
    let mut list = mark.separated(", ");
    for id in ids {
        list.push_bind(id.0);
    }
    mark.push(")");
    let marked = mark.build().execute(connection).await;
    marked
        .map(|done| done.rows_affected())
        .map_err(storage_error)
}
