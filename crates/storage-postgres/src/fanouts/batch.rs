//! What a step has made, named by the first and the last id: they follow one upon the other.

use campanile_domain::{FanoutId, NotificationId, TenantId};
use campanile_storage::NotificationRange;
use sqlx::PgConnection;

use crate::error::Fault;
use crate::rows::Reader;

/// Notes what a recall takes if the fan-out is cancelled. `ids` are consecutive.
pub(super) async fn insert(
    connection: &mut PgConnection,
    tenant: &TenantId,
    fanout: FanoutId,
    ids: &[NotificationId],
) -> Result<(), Fault> {
    let (Some(first), Some(last)) = (ids.first(), ids.last()) else {
        return Ok(());
    };
    sqlx::query(
        "INSERT INTO fanout_batches (tenant, fanout_id, first_id, last_id) VALUES ($1, $2, $3, $4)",
    )
    .bind(tenant.as_str())
    .bind(fanout.0)
    .bind(first.0)
    .bind(last.0)
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes the newest away, to be cancelled in this transaction: of it the least has left.
pub(crate) async fn take(
    connection: &mut PgConnection,
    tenant: &TenantId,
    fanout: FanoutId,
) -> Result<Option<NotificationRange>, Fault> {
    let row = sqlx::query(
        "DELETE FROM fanout_batches WHERE tenant = $1 AND fanout_id = $2 AND first_id = (
             SELECT first_id FROM fanout_batches WHERE tenant = $1 AND fanout_id = $2
             ORDER BY first_id DESC LIMIT 1)
         RETURNING first_id, last_id",
    )
    .bind(tenant.as_str())
    .bind(fanout.0)
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let mut reader = Reader::new(&row, "fanout_batches");
    Ok(Some(NotificationRange {
        first: NotificationId(reader.next("first_id")?),
        last: NotificationId(reader.next("last_id")?),
    }))
}
