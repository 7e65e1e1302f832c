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

use crate::PostgresStorage;
use crate::connection::{Kind, Scope, count, transact};
use crate::rows::Reader;

#[async_trait]
impl Fanouts for PostgresStorage {
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
}
