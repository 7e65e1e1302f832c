//! A step that failed, noted on the row of its fan-out or recall.

use campanile_domain::{FanoutId, TenantId};
use campanile_storage::StorageError;
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;

use crate::error::storage_error;
use crate::rows::micros;

/// The statements for the rows of one kind of work.
pub(crate) struct Rows {
    count: &'static str,
    put_off: &'static str,
}

macro_rules! rows {
    ($table:literal) => {
        Rows {
            count: concat!(
                "UPDATE ",
                $table,
                " SET failures = failures + 1 \
                 WHERE tenant = ? AND id = ? AND updated_at = ? RETURNING failures"
            ),
            put_off: concat!(
                "UPDATE ",
                $table,
                " SET due_at = ? WHERE tenant = ? AND id = ?"
            ),
        }
    };
}

/// What is to be made.
pub(super) const WORK: Rows = rows!("fanout_work");
/// What a recall cancels.
pub(crate) const RECALLS: Rows = rows!("fanout_recalls");

/// Counts a failure of what was last stepped at that moment.
pub(crate) async fn count(
    connection: &mut SqliteConnection,
    rows: &Rows,
    tenant: &TenantId,
    id: FanoutId,
    stepped_at: DateTime<Utc>,
) -> Result<Option<u32>, StorageError> {
    sqlx::query_scalar(rows.count)
        .bind(tenant.as_str())
        .bind(id.0)
        .bind(micros(stepped_at))
        .fetch_optional(connection)
        .await
        .map_err(storage_error)
}

pub(crate) async fn put_off(
    connection: &mut SqliteConnection,
    rows: &Rows,
    tenant: &TenantId,
    id: FanoutId,
    due_at: DateTime<Utc>,
) -> Result<(), StorageError> {
    sqlx::query(rows.put_off)
        .bind(micros(due_at))
        .bind(tenant.as_str())
        .bind(id.0)
        .execute(connection)
        .await
        .map(drop)
        .map_err(storage_error)
}
