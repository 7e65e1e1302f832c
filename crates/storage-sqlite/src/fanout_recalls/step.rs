//! One step: a batch is taken away, and what of it has not left is called back.

use campanile_domain::{FanoutId, NotificationId, TenantId, Withdrawal};
use campanile_storage::{Cancelled, RecallStep, StorageError};
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::made;
use crate::error::storage_error;
use crate::fanouts::batch;
use crate::inbox_writes::cancel;
use crate::rows::micros;

pub(super) async fn step(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    id: FanoutId,
    now: DateTime<Utc>,
) -> Result<RecallStep, StorageError> {
    let Some(batch) = batch::take(connection, tenant, id).await? else {
        end(connection, tenant, id, now).await?;
        return Ok(RecallStep {
            tenant: tenant.clone(),
            id,
            notifications: 0,
            cancelled: Cancelled::default(),
            inboxes: Vec::new(),
            finished: true,
        });
    };
    let mut made = made::those(connection, tenant, batch).await?;
    let unplanned = made::unplanned(connection, tenant, batch).await?;
    let all: Vec<NotificationId> = made.iter().map(|one| one.id).collect();
    let why = Withdrawal::Cancelled;
    let cancelled = cancel(connection, tenant, &all, why, now).await?;
    let closed = made::closed(connection, tenant, batch, now).await?;
    made.retain(|one| closed.contains(&one.id.0) || unplanned.contains(&one.id.0));
    let unmarked = made.iter().filter(|one| !one.is_marked);
    let marked: Vec<Uuid> = unmarked.map(|one| one.id.0).collect();
    made::mark(connection, tenant, &marked, now).await?;
    go_on(connection, tenant, id, marked.len(), now).await?;
    let shown = made.into_iter().filter(|one| one.in_inbox);
    Ok(RecallStep {
        tenant: tenant.clone(),
        id,
        notifications: marked.len() as u64,
        cancelled,
        inboxes: shown.map(|one| one.user).collect(),
        finished: false,
    })
}

async fn go_on(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    id: FanoutId,
    recalled: usize,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    sqlx::query(
        "UPDATE fanout_recalls SET recalled = recalled + ?3, failures = 0, updated_at = ?4 \
         WHERE tenant = ?1 AND id = ?2",
    )
    .bind(tenant.as_str())
    .bind(id.0)
    .bind(i64::try_from(recalled).unwrap_or(i64::MAX))
    .bind(micros(now))
    .execute(connection)
    .await
    .map(drop)
    .map_err(storage_error)
}

/// The recall goes, and the fan-out's row says what came of it.
async fn end(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    id: FanoutId,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let recalled: i64 = sqlx::query_scalar(
        "DELETE FROM fanout_recalls WHERE tenant = ? AND id = ? RETURNING recalled",
    )
    .bind(tenant.as_str())
    .bind(id.0)
    .fetch_one(&mut *connection)
    .await
    .map_err(storage_error)?;
    sqlx::query(
        "UPDATE fanouts SET recalled = recalled + ?3, updated_at = ?4 WHERE tenant = ?1 AND id = ?2",
    )
    .bind(tenant.as_str())
    .bind(id.0)
    .bind(recalled)
    .bind(micros(now))
    .execute(connection)
    .await
    .map(drop)
    .map_err(storage_error)
}
