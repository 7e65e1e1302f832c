//! Sends to topics: one row each, made into notifications step by step.

pub(crate) mod batch;
mod cancel;
mod claim;
pub(crate) mod failure;
mod forget;
mod progress;
mod start;
mod step;

use std::sync::Arc;

use async_trait::async_trait;
use campanile_domain::{FanoutId, FanoutStatus, TenantId};
use campanile_storage::{
    CancelFanout, FORGOTTEN_BATCHES_AT_ONCE, FailedStep, FanoutDepth, FanoutProgress, FanoutStart,
    FanoutTurn, Fanouts, NewFanout, StepLimits, StorageError,
};
use chrono::{DateTime, Utc};

use crate::PostgresStorage;
use crate::accept::clock;
use crate::connection::{Kind, Scope, count, task_fault, transact};
use crate::rows::Reader;

#[async_trait]
impl Fanouts for PostgresStorage {
    async fn start_fanout(&self, new: Arc<NewFanout>) -> Result<FanoutStart, StorageError> {
        let pool = self.pools.app.clone();
        // A task of its own: a caller who goes away must not cancel it half-way.
        let work = tokio::spawn(async move { start::start(&pool, &new).await });
        work.await.map_err(|error| task_fault(&error))?
    }

    async fn fanout(
        &self,
        tenant: &TenantId,
        id: FanoutId,
    ) -> Result<Option<FanoutProgress>, StorageError> {
        let pool = &self.pools.app;
        let found = transact!(pool, Kind::Read, &Scope::one(tenant), |connection| {
            progress::of(connection, tenant, id).await
        });
        Ok(found?)
    }

    async fn fanout_page(
        &self,
        tenant: &TenantId,
        status: Option<FanoutStatus>,
        after: Option<FanoutId>,
        limit: u32,
    ) -> Result<Vec<FanoutProgress>, StorageError> {
        let pool = &self.pools.app;
        let page = transact!(pool, Kind::Read, &Scope::one(tenant), |connection| {
            progress::page(connection, tenant, status, after, limit).await
        });
        Ok(page?)
    }

    async fn cancel_fanout(
        &self,
        tenant: &TenantId,
        id: FanoutId,
        now: DateTime<Utc>,
    ) -> Result<Option<CancelFanout>, StorageError> {
        let pool = &self.pools.app;
        let done = transact!(pool, Kind::Write, &Scope::one(tenant), |connection| {
            cancel::cancel(connection, tenant, id, now).await
        });
        Ok(done?)
    }

    async fn step_fanout(
        &self,
        limits: StepLimits,
        after: Option<&TenantId>,
        now: DateTime<Utc>,
    ) -> Result<FanoutTurn, StorageError> {
        let pool = &self.pools.worker;
        let mut at_work = None;
        let turn = transact!(pool, Kind::Write, &Scope::none(), |connection| {
            at_work = None;
            let claimed = claim::claim(connection, &limits, after, now).await?;
            let step = match claimed.work {
                Some(work) => {
                    // Before anything is written by it: a deadline would pass early, a retry wait for long.
                    let database = clock::now_in(connection).await?;
                    clock::check_stamp(database, now)?;
                    at_work = Some((work.tenant.clone(), work.id, work.updated_at));
                    Some(step::step(connection, &limits, work, now).await?)
                }
                None => None,
            };
            Ok(FanoutTurn {
                step,
                failed: None,
                held: claimed.held,
            })
        });
        match (turn.map_err(StorageError::from), at_work) {
            (Err(error), Some((tenant, id, stepped_at))) if FailedStep::is_blamed(&error) => {
                let rows = &failure::WORK;
                let failed = failure::note(pool, rows, (tenant, id), stepped_at, error, now);
                Ok(FanoutTurn {
                    failed: Some(failed.await?),
                    ..FanoutTurn::default()
                })
            }
            (turn, _) => turn,
        }
    }

    async fn fanout_depth(&self, now: DateTime<Utc>) -> Result<FanoutDepth, StorageError> {
        let pool = &self.pools.worker;
        let depth = transact!(pool, Kind::Read, &Scope::none(), |connection| {
            let row = sqlx::query(
                "SELECT count(*), coalesce(sum(accepted - expanded), 0)::bigint,
                     (SELECT count(*) FROM fanout_recalls)
                 FROM fanout_work WHERE due_at <= $1 OR failures > 0",
            )
            .bind(now)
            .fetch_one(connection)
            .await?;
            let mut reader = Reader::new(&row, "fanout_work");
            Ok(FanoutDepth {
                due: count(reader.next("count")?),
                waiting: count(reader.next("sum")?),
                recalls: count(reader.next("recalls")?),
            })
        });
        Ok(depth?)
    }

    async fn count_forgettable(
        &self,
        tenant: &TenantId,
        before: DateTime<Utc>,
    ) -> Result<u64, StorageError> {
        let pool = &self.pools.worker;
        let number = transact!(pool, Kind::Read, &Scope::one(tenant), |connection| {
            forget::count_past(connection, tenant, before).await
        });
        Ok(number?)
    }

    async fn forget_fanouts(
        &self,
        tenant: &TenantId,
        before: DateTime<Utc>,
    ) -> Result<u64, StorageError> {
        let (pool, scope) = (&self.pools.worker, Scope::one(tenant));
        loop {
            let gone = transact!(pool, Kind::Write, &scope, |connection| {
                forget::batches(connection, tenant, before).await
            });
            if gone? < u64::from(FORGOTTEN_BATCHES_AT_ONCE) {
                break;
            }
        }
        let gone = transact!(pool, Kind::Write, &scope, |connection| {
            forget::fanouts(connection, tenant, before).await
        });
        Ok(gone?)
    }
}
