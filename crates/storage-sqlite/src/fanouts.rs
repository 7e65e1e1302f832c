//! Sends to topics: one row each, made into notifications step by step.

pub(crate) mod batch;
mod claim;
mod end;
pub(crate) mod failure;
mod forget;
mod progress;
mod rows;
mod start;
mod step;

use async_trait::async_trait;
use campanile_domain::{FanoutId, FanoutStatus, TenantId};
use campanile_storage::{FanoutDepth, FanoutProgress, Fanouts, StorageError};
use chrono::{DateTime, Utc};

use crate::SqliteStorage;
use crate::error::storage_error;
use crate::rows::{get, micros};

#[async_trait]
impl Fanouts for SqliteStorage {
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
}
