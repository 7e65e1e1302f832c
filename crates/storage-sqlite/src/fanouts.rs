//! Sends to topics: one row each, made into notifications step by step, inside the writer's commits.

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
    CancelFanout, FORGOTTEN_BATCHES_AT_ONCE, FanoutDepth, FanoutProgress, FanoutStart, FanoutTurn,
    Fanouts, NewFanout, StepLimits, StorageError,
};
use chrono::{DateTime, Utc};

use crate::SqliteStorage;
use crate::error::storage_error;
use crate::rows::{get, micros};

#[async_trait]
impl Fanouts for SqliteStorage {
    async fn start_fanout(&self, new: Arc<NewFanout>) -> Result<FanoutStart, StorageError> {
        self.writer
            .write(move |connection| Box::pin(async move { start::start(connection, &new).await }))
            .await
    }

    async fn fanout(
        &self,
        tenant: &TenantId,
        id: FanoutId,
    ) -> Result<Option<FanoutProgress>, StorageError> {
        progress::of(&self.readers, tenant, id).await
    }

    async fn fanout_page(
        &self,
        tenant: &TenantId,
        status: Option<FanoutStatus>,
        after: Option<FanoutId>,
        limit: u32,
    ) -> Result<Vec<FanoutProgress>, StorageError> {
        progress::page(&self.readers, tenant, status, after, limit).await
    }

    async fn cancel_fanout(
        &self,
        tenant: &TenantId,
        id: FanoutId,
        now: DateTime<Utc>,
    ) -> Result<Option<CancelFanout>, StorageError> {
        let tenant = tenant.clone();
        self.writer
            .write(move |connection| {
                Box::pin(async move { cancel::cancel(connection, &tenant, id, now).await })
            })
            .await
    }

    async fn step_fanout(
        &self,
        limits: StepLimits,
        after: Option<&TenantId>,
        now: DateTime<Utc>,
    ) -> Result<FanoutTurn, StorageError> {
        // A look outside the writer first: where there is nothing to do it must cost no commit.
        let due: bool =
            sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM fanout_work WHERE due_at <= ?)")
                .bind(micros(now))
                .fetch_one(&self.readers)
                .await
                .map_err(storage_error)?;
        if !due {
            return Ok(FanoutTurn::default());
        }
        let after = after.cloned();
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    let claimed = claim::claim(connection, &limits, after.as_ref(), now).await?;
                    let mut turn = FanoutTurn {
                        held: claimed.held,
                        ..FanoutTurn::default()
                    };
                    if let Some(work) = claimed.work {
                        let (key, rows) = ((work.tenant.clone(), work.id), &failure::WORK);
                        failure::begin(connection).await?;
                        let done = step::step(connection, &limits, work, now).await;
                        let done = failure::keep_or_note(connection, rows, key, done, now);
                        match done.await? {
                            Ok(step) => turn.step = Some(step),
                            Err(failed) => turn.failed = Some(failed),
                        }
                    }
                    Ok(turn)
                })
            })
            .await
    }

    async fn fanout_depth(&self, now: DateTime<Utc>) -> Result<FanoutDepth, StorageError> {
        let row = sqlx::query(
            "SELECT count(*) AS due, coalesce(sum(accepted - expanded), 0) AS waiting, \
             (SELECT count(*) FROM fanout_recalls) AS recalls FROM fanout_work WHERE due_at <= ? OR failures > 0",
        )
        .bind(micros(now))
        .fetch_one(&self.readers)
        .await
        .map_err(storage_error)?;
        let number = |n: i64| u64::try_from(n).unwrap_or(0);
        Ok(FanoutDepth {
            due: number(get(&row, "due")?),
            waiting: number(get(&row, "waiting")?),
            recalls: number(get(&row, "recalls")?),
        })
    }

    async fn count_forgettable(
        &self,
        tenant: &TenantId,
        before: DateTime<Utc>,
    ) -> Result<u64, StorageError> {
        let number: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM fanouts WHERE tenant = ? AND id < ? AND finished_at < ?",
        )
        .bind(tenant.as_str())
        .bind(FanoutId::floor(before).0)
        .bind(micros(before))
        .fetch_one(&self.readers)
        .await
        .map_err(storage_error)?;
        Ok(u64::try_from(number).unwrap_or(0))
    }

    async fn forget_fanouts(
        &self,
        tenant: &TenantId,
        before: DateTime<Utc>,
    ) -> Result<u64, StorageError> {
        loop {
            let tenant = tenant.clone();
            let gone = self.writer.write(move |connection| {
                Box::pin(async move { forget::batches(connection, &tenant, before).await })
            });
            if gone.await? < u64::from(FORGOTTEN_BATCHES_AT_ONCE) {
                break;
            }
        }
        let tenant = tenant.clone();
        self.writer
            .write(move |connection| {
                Box::pin(async move { forget::fanouts(connection, &tenant, before).await })
            })
            .await
    }
}
