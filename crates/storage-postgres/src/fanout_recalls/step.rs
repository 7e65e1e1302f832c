//! The rows of recalls themselves.

use campanile_domain::{FanoutId, TenantId};
use campanile_storage::RecallInHand;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::error::Fault;
use crate::rows::Reader;

/// Leaves the recall, where something may be cancelled and it is not under way.
pub(super) async fn insert(
    connection: &mut PgConnection,
    tenant: &TenantId,
    id: FanoutId,
    marks_read: bool,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let done = sqlx::query(
        "INSERT INTO fanout_recalls (tenant, id, due_at, updated_at, marks_read)
         SELECT $1, $2, $3, $3, $4 WHERE EXISTS (
             SELECT FROM fanout_batches WHERE tenant = $1 AND fanout_id = $2)
         ON CONFLICT (tenant, id) DO NOTHING",
    )
    .bind(tenant.as_str())
    .bind(id.0)
    .bind(now)
    .bind(marks_read)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Recalls are few, and gone within seconds: all of them are looked at.
pub(super) async fn next(
    connection: &mut PgConnection,
    after: Option<&TenantId>,
    now: DateTime<Utc>,
) -> Result<Option<RecallInHand>, Fault> {
    let row = sqlx::query(
        "SELECT tenant, id, marks_read, updated_at FROM fanout_recalls WHERE due_at <= $1
         ORDER BY tenant <= $2, tenant, updated_at, id LIMIT 1 FOR UPDATE SKIP LOCKED",
    )
    .bind(now)
    .bind(after.map_or("", TenantId::as_str))
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let mut reader = Reader::new(&row, "fanout_recalls");
    Ok(Some(RecallInHand {
        tenant: reader.tenant()?,
        id: FanoutId(reader.next::<Uuid>("id")?),
        marks_read: reader.next("marks_read")?,
        updated_at: reader.next("updated_at")?,
    }))
}

pub(super) async fn advance(
    connection: &mut PgConnection,
    recall: &RecallInHand,
    recalled: u64,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    sqlx::query(
        "UPDATE fanout_recalls SET recalled = recalled + $3, failures = 0, updated_at = $4
         WHERE tenant = $1 AND id = $2",
    )
    .bind(recall.tenant.as_str())
    .bind(recall.id.0)
    .bind(i64::try_from(recalled).unwrap_or(i64::MAX))
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

/// The recall goes, and the fan-out's row says what came of it.
pub(super) async fn end(
    connection: &mut PgConnection,
    recall: &RecallInHand,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    sqlx::query(
        "WITH over AS (
             DELETE FROM fanout_recalls WHERE tenant = $1 AND id = $2 RETURNING recalled
         )
         UPDATE fanouts f SET recalled = f.recalled + over.recalled, updated_at = $3
         FROM over WHERE f.tenant = $1 AND f.id = $2",
    )
    .bind(recall.tenant.as_str())
    .bind(recall.id.0)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}
