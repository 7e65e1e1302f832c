//! Calling a fan-out off: nothing more is made, and what was made becomes work of a recall.

use campanile_domain::{FanoutId, FanoutStatus, TenantId};
use campanile_storage::CancelFanout;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{progress, step};
use crate::error::Fault;

pub(super) async fn cancel(
    connection: &mut PgConnection,
    tenant: &TenantId,
    id: FanoutId,
    now: DateTime<Utc>,
) -> Result<Option<CancelFanout>, Fault> {
    let cancelled = FanoutStatus::Cancelled;
    let ended = step::end(connection, tenant, id, cancelled, 0, now).await?;
    // After that: a step under way was waited for, and its batch is seen.
    if recall(connection, tenant, id, now).await? && !ended {
        call_off(connection, tenant, id, now).await?;
    }
    let progress = progress::of(connection, tenant, id).await?;
    Ok(progress.map(|progress| {
        if progress.status == cancelled {
            CancelFanout::Cancelled(progress)
        } else {
            CancelFanout::Finished(progress)
        }
    }))
}

/// Leaves the recall, where something may be called back and it is not under way.
async fn recall(
    connection: &mut PgConnection,
    tenant: &TenantId,
    id: FanoutId,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let done = sqlx::query(
        "INSERT INTO fanout_recalls (tenant, id, due_at, updated_at)
         SELECT $1, $2, $3, $3 WHERE EXISTS (
             SELECT FROM fanout_batches WHERE tenant = $1 AND fanout_id = $2)
         ON CONFLICT (tenant, id) DO NOTHING",
    )
    .bind(tenant.as_str())
    .bind(id.0)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// One that was over in another way is called off now, and kept for a whole term from now on.
async fn call_off(
    connection: &mut PgConnection,
    tenant: &TenantId,
    id: FanoutId,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    sqlx::query(
        "UPDATE fanouts SET status = 'cancelled', updated_at = $3, finished_at = $3
         WHERE tenant = $1 AND id = $2 AND status <> 'cancelled'",
    )
    .bind(tenant.as_str())
    .bind(id.0)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}
