//! Deliveries that wait because their users are not to be disturbed.

use campanile_storage::{DeferredDelivery, StorageError};
use sqlx::SqliteConnection;

use crate::error::storage_error;
use crate::rows::micros;

/// The column `deferrals` of a delivery with one more, or with the last replaced where there are as many as are kept
/// (`Deferral::KEPT`). In the statement that writes the row anyway: reading the list first would be a second one.
macro_rules! deferrals_with {
    ($new:literal, $kept:literal) => {
        concat!(
            "CASE WHEN ",
            $new,
            " IS NULL THEN deferrals WHEN json_array_length(deferrals) >= ",
            $kept,
            " THEN json_set(deferrals, '$[#-1]', json(",
            $new,
            ")) ELSE json_insert(coalesce(deferrals, '[]'), '$[#]', json(",
            $new,
            ")) END"
        )
    };
}
pub(crate) use deferrals_with;

/// Puts it into the schedule, where a change of its user's choices finds it.
pub(crate) async fn insert(
    connection: &mut SqliteConnection,
    one: &DeferredDelivery,
) -> Result<(), StorageError> {
    sqlx::query(
        "INSERT INTO schedule (tenant, key, kind, notification_id, channel, lane, due_at, user_id) \
         VALUES (?1, ?2, 'retry', ?3, ?4, ?5, ?6, ?7) \
         ON CONFLICT (tenant, key) DO UPDATE SET due_at = ?6, user_id = ?7",
    )
    .bind(one.tenant.as_str())
    .bind(one.delivery.0)
    .bind(one.notification.0)
    .bind(one.channel.name())
    .bind(one.lane.rank())
    .bind(micros(one.until))
    .bind(one.user.as_str())
    .execute(connection)
    .await
    .map(drop)
    .map_err(storage_error)
}
