//! Removing what is over and past its term.

use campanile_domain::{FanoutId, TenantId};
use campanile_storage::{FORGOTTEN_AT_ONCE, FORGOTTEN_BATCHES_AT_ONCE};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::connection::count;
use crate::error::Fault;

pub(super) async fn count_past(
    connection: &mut PgConnection,
    tenant: &TenantId,
    before: DateTime<Utc>,
) -> Result<u64, Fault> {
    let number = sqlx::query_scalar(
        "SELECT count(*) FROM fanouts WHERE tenant = $1 AND id < $2 AND finished_at < $3",
    )
    .bind(tenant.as_str())
    .bind(FanoutId::floor(before).0)
    .bind(before);
    Ok(count(number.fetch_one(connection).await?))
}

/// Removes rows of what they have made, in one go so many; says how many. A recall that is still at it
/// finds that nothing is left.
pub(super) async fn batches(
    connection: &mut PgConnection,
    tenant: &TenantId,
    before: DateTime<Utc>,
) -> Result<u64, Fault> {
    let done = sqlx::query(
        "DELETE FROM fanout_batches WHERE ctid = ANY (ARRAY (
             SELECT b.place FROM (
                 SELECT id FROM fanouts WHERE tenant = $1 AND id < $2 AND finished_at < $3
                 ORDER BY id FOR UPDATE SKIP LOCKED) AS f
             CROSS JOIN LATERAL (
                 SELECT ctid AS place FROM fanout_batches WHERE tenant = $1 AND fanout_id = f.id
                 OFFSET 0) AS b
             LIMIT $4))",
    )
    .bind(tenant.as_str())
    .bind(FanoutId::floor(before).0)
    .bind(before)
    .bind(i64::from(FORGOTTEN_BATCHES_AT_ONCE))
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

/// Removes the fan-outs themselves, in one go so many; says how many.
pub(super) async fn fanouts(
    connection: &mut PgConnection,
    tenant: &TenantId,
    before: DateTime<Utc>,
) -> Result<u64, Fault> {
    let done = sqlx::query(
        "DELETE FROM fanouts WHERE ctid = ANY (ARRAY (
             SELECT ctid FROM fanouts
             WHERE tenant = $1 AND id < $2 AND finished_at < $3 ORDER BY id LIMIT $4))
         -- Again, for one that is cancelled meanwhile: its term begins anew.
         AND finished_at < $3",
    )
    .bind(tenant.as_str())
    .bind(FanoutId::floor(before).0)
    .bind(before)
    .bind(i64::from(FORGOTTEN_AT_ONCE))
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}
