//! Releases what is due.

mod claim;
mod expedite;
mod verdict;

use std::collections::BTreeMap;

use async_trait::async_trait;
use campanile_domain::{DeliveryId, Lane, NotificationId, TenantId};
use campanile_storage::{Expedite, Planned, ReleaseLimits, Schedule, StorageError};
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;
use uuid::Uuid;

use crate::SqliteStorage;
use crate::error::storage_error;
use crate::relay::{Queued, insert_dispatches};
use crate::rows::{channel, get, insert_outbox, micros, tenant};
use claim::{Claimed, claim};
use verdict::{Due, leaves};

#[async_trait]
impl Schedule for SqliteStorage {
    async fn release(
        &self,
        limits: ReleaseLimits,
        now: DateTime<Utc>,
    ) -> Result<Planned, StorageError> {
        // A look outside the writer first: an idle scheduler must cost no commit.
        let any: bool =
            sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM schedule WHERE due_at <= ?)")
                .bind(micros(now))
                .fetch_one(&self.readers)
                .await
                .map_err(storage_error)?;
        if !any {
            return Ok(Planned::default());
        }
        self.writer
            .write(move |connection| Box::pin(release(connection, limits, now)))
            .await
    }

    async fn expedite(&self, what: &Expedite<'_>) -> Result<u64, StorageError> {
        let deferred = expedite::deferred(&self.readers, what).await?;
        if deferred.is_empty() {
            return Ok(0);
        }
        let (tenant, now, within) = (what.tenant.clone(), what.now, what.within);
        self.writer
            .write(move |connection| {
                Box::pin(expedite::expedite(
                    connection, tenant, deferred, now, within,
                ))
            })
            .await
    }
}

async fn release(
    connection: &mut SqliteConnection,
    limits: ReleaseLimits,
    now: DateTime<Utc>,
) -> Result<Planned, StorageError> {
    let Claimed { rows, more } = claim(connection, &limits, now).await?;
    let mut planned = Planned {
        more,
        ..Planned::default()
    };
    let mut sends: BTreeMap<(TenantId, i16), Vec<NotificationId>> = BTreeMap::new();
    let mut retries: Queued = BTreeMap::new();
    for row in &rows {
        let (tenant, key): (_, Uuid) = (tenant(row)?, get(row, "key")?);
        let notification = NotificationId(get(row, "notification_id")?);
        let lane: i16 = get(row, "lane")?;
        // First, because what waits again gets a new row.
        sqlx::query("DELETE FROM schedule WHERE tenant = ? AND key = ?")
            .bind(tenant.as_str())
            .bind(key)
            .execute(&mut *connection)
            .await
            .map_err(storage_error)?;
        if get::<&str>(row, "kind")? == "send" {
            planned.notifications += 1;
            sends
                .entry((tenant.clone(), lane))
                .or_default()
                .push(notification);
        } else {
            let channel = channel(get(row, "channel")?)?;
            let due = Due {
                tenant: &tenant,
                notification,
                delivery: DeliveryId(key),
                channel,
                lane,
            };
            if leaves(connection, &due, &mut planned, now).await? {
                retries
                    .entry((tenant.clone(), channel, Lane::from_rank(lane)))
                    .or_default()
                    .push((notification, DeliveryId(key)));
            }
        }
    }
    for ((tenant, lane), ids) in sends {
        insert_outbox(connection, &tenant, lane, &ids, now).await?;
    }
    planned.dispatches = insert_dispatches(connection, retries, limits.dispatch_size, now).await?;
    Ok(planned)
}
