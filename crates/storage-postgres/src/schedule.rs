//! What waits for its time.

mod claim;
mod expedite;
mod found;
mod settle;
mod verdicts;

use std::collections::BTreeMap;

use async_trait::async_trait;
use campanile_domain::Lane;
use campanile_storage::{Expedite, Planned, ReleaseLimits, Schedule, StorageError};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::PostgresStorage;
use crate::bundle::{self, bundle};
use crate::connection::{Kind, Scope, set_tenants, transact};
use crate::error::Fault;
use crate::outbox::OutboxRows;
use claim::Due;

#[async_trait]
impl Schedule for PostgresStorage {
    async fn release(
        &self,
        limits: ReleaseLimits,
        now: DateTime<Utc>,
    ) -> Result<Planned, StorageError> {
        let released = transact!(
            &self.pools.worker,
            Kind::Write,
            &Scope::none(),
            |connection| {
                let claimed = claim::claim(connection, &limits, now).await?;
                if claimed.rows.is_empty() {
                    return Ok(Planned::default());
                }
                let (retries, sends): (Vec<&Due>, Vec<&Due>) =
                    claimed.rows.iter().partition(|due| due.retry.is_some());
                outbox(connection, &sends, now).await?;
                set_tenants(
                    connection,
                    &Scope::of(retries.iter().map(|due| &due.tenant)),
                )
                .await?;
                let decided = verdicts::decide(connection, &retries, now).await?;
                let bundles = bundle(decided.open, limits.dispatch_size, now);
                bundle::insert(connection, &bundles, now).await?;
                Ok(Planned {
                    notifications: sends.len(),
                    cancelled: decided.cancelled,
                    suppressed: decided.suppressed,
                    deferred: decided.deferred,
                    dispatches: bundles.into_iter().map(|b| b.dispatch).collect(),
                    more: claimed.more,
                    ..Planned::default()
                })
            }
        );
        Ok(released?)
    }

    async fn expedite(&self, what: &Expedite<'_>) -> Result<u64, StorageError> {
        let pool = &self.pools.worker;
        let expedited = transact!(pool, Kind::Write, &Scope::one(what.tenant), |connection| {
            expedite::expedite(connection, what).await
        });
        Ok(expedited?)
    }
}

/// Rows of kind `send` go to the outbox in the lane they were accepted for.
async fn outbox(
    connection: &mut PgConnection,
    sends: &[&Due],
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let mut groups: BTreeMap<(&str, i16), Vec<Uuid>> = BTreeMap::new();
    for due in sends {
        let group = groups
            .entry((due.tenant.as_str(), due.lane.rank()))
            .or_default();
        group.push(due.notification.0);
    }
    let mut rows = OutboxRows::default();
    for ((tenant, lane), ids) in &groups {
        rows.add(tenant, Lane::from_rank(*lane), ids, now);
    }
    rows.insert(connection).await
}
