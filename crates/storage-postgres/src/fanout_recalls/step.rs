//! One step: a batch is taken away, and what of it has not left is called back.

use campanile_domain::{NotificationId, Withdrawal};
use campanile_storage::{Cancelled, RecallStep};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::claim::Recall;
use super::made;
use crate::connection::{Scope, set_tenants};
use crate::error::Fault;
use crate::fanouts::batch;
use crate::inbox_writes::cancel::cancel;

pub(super) async fn step(
    connection: &mut PgConnection,
    recall: Recall,
    now: DateTime<Utc>,
) -> Result<RecallStep, Fault> {
    let (tenant, id) = (&recall.tenant, recall.id);
    set_tenants(connection, &Scope::one(tenant)).await?;
    let Some(batch) = batch::take(connection, tenant, id).await? else {
        end(connection, &recall, now).await?;
        return Ok(RecallStep {
            tenant: recall.tenant,
            id,
            notifications: 0,
            cancelled: Cancelled::default(),
            inboxes: Vec::new(),
            finished: true,
        });
    };
    let mut made = made::lock(connection, tenant, batch).await?;
    // Before the deliveries: what is planned in between is found there.
    let unplanned = made::unplanned(connection, tenant, batch).await?;
    let all: Vec<NotificationId> = made.iter().map(|one| one.id).collect();
    let why = Withdrawal::Cancelled;
    let cancelled = cancel(connection, tenant, &all, why, now).await?;
    let closed = made::closed(connection, tenant, batch, now).await?;
    made.retain(|one| closed.contains(&one.id.0) || unplanned.contains(&one.id.0));
    let unmarked = made.iter().filter(|one| !one.is_marked);
    let marked: Vec<Uuid> = unmarked.map(|one| one.id.0).collect();
    made::mark(connection, tenant, &marked, now).await?;
    go_on(connection, &recall, marked.len(), now).await?;
    let shown = made.into_iter().filter(|one| one.in_inbox);
    Ok(RecallStep {
        tenant: recall.tenant,
        id,
        notifications: marked.len() as u64,
        cancelled,
        inboxes: shown.map(|one| one.user).collect(),
        finished: false,
    })
}

async fn go_on(
    connection: &mut PgConnection,
    recall: &Recall,
    recalled: usize,
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
async fn end(
    connection: &mut PgConnection,
    recall: &Recall,
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
