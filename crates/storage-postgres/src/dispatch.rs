//! Dispatches: deliveries that share a message, in the queue or with a worker.

mod insert;
mod load;
mod look;
mod record;
mod redeliver;
mod rows;

use async_trait::async_trait;
use campanile_domain::{DeliveryId, DispatchId, NotificationId, TenantId, WorkerId};
use campanile_storage::{
    Dispatch, DispatchRef, Dispatches, LoadedDispatch, Standing, Start, StorageError,
};
use chrono::{DateTime, Utc};

use crate::PostgresStorage;
use crate::connection::{Kind, Scope, transact};
use crate::rows::Reader;

#[async_trait]
impl Dispatches for PostgresStorage {
    async fn load(
        &self,
        refs: &[DispatchRef],
    ) -> Result<Vec<Option<LoadedDispatch>>, StorageError> {
        if refs.is_empty() {
            return Ok(Vec::new());
        }
        let scope = Scope::of(refs.iter().map(|one| &one.tenant));
        let loaded = transact!(&self.pools.worker, Kind::Read, &scope, |connection| {
            load::load(connection, self.pools.worker.keys(), refs).await
        });
        Ok(loaded?)
    }

    async fn look_again(
        &self,
        tenant: &TenantId,
        notification: NotificationId,
        delivery: DeliveryId,
    ) -> Result<Option<Standing>, StorageError> {
        let scope = Scope::one(tenant);
        let seen = transact!(&self.pools.worker, Kind::Read, &scope, |connection| {
            look::look_again(
                connection,
                self.pools.worker.keys(),
                tenant,
                notification,
                delivery,
            )
            .await
        });
        Ok(seen?)
    }

    async fn start(
        &self,
        tenant: &TenantId,
        notification: NotificationId,
        delivery: DeliveryId,
        account: &str,
    ) -> Result<Start, StorageError> {
        let scope = Scope::one(tenant);
        let start = transact!(&self.pools.worker, Kind::Write, &scope, |connection| {
            let row = sqlx::query(
                "UPDATE deliveries SET unfinished_starts = unfinished_starts + 1,
                     started_account = $4
                 WHERE tenant = $1 AND notification_id = $2 AND id = $3
                     AND state IN ('queued', 'deferred', 'retrying')
                     AND NOT EXISTS (SELECT FROM schedule s
                         WHERE s.tenant = $1 AND s.kind = 'retry' AND s.key = $3)
                 RETURNING unfinished_starts",
            )
            .bind(tenant.as_str())
            .bind(notification.0)
            .bind(delivery.0)
            .bind(account)
            .fetch_optional(connection)
            .await?;
            let Some(row) = row else {
                return Ok(Start::NotOpen);
            };
            let unfinished = Reader::new(&row, "deliveries").unsigned("unfinished_starts")?;
            Ok(Start::Started { unfinished })
        });
        Ok(start?)
    }

    async fn hold(
        &self,
        worker: WorkerId,
        dispatches: &[(TenantId, DispatchId)],
    ) -> Result<(), StorageError> {
        let held = transact!(
            &self.pools.worker,
            Kind::Write,
            &Scope::none(),
            |connection| { redeliver::hold(connection, worker, dispatches).await }
        );
        Ok(held?)
    }

    async fn let_go(
        &self,
        worker: WorkerId,
        dispatches: &[(TenantId, DispatchId)],
    ) -> Result<(), StorageError> {
        let released = transact!(
            &self.pools.worker,
            Kind::Write,
            &Scope::none(),
            |connection| { redeliver::let_go(connection, worker, dispatches).await }
        );
        Ok(released?)
    }

    async fn redeliver_at(
        &self,
        dispatches: &[(TenantId, DispatchId)],
        at: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let rung = transact!(
            &self.pools.worker,
            Kind::Write,
            &Scope::none(),
            |connection| { redeliver::again(connection, dispatches, at).await }
        );
        Ok(rung?)
    }

    async fn ring_all(&self, now: DateTime<Utc>) -> Result<u64, StorageError> {
        let rung = transact!(
            &self.pools.worker,
            Kind::Write,
            &Scope::none(),
            |connection| { redeliver::all(connection, now).await }
        );
        Ok(rung?)
    }

    async fn take_due(
        &self,
        now: DateTime<Utc>,
        alive_since: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<Dispatch>, StorageError> {
        let taken = transact!(
            &self.pools.worker,
            Kind::Write,
            &Scope::none(),
            |connection| { redeliver::take_due(connection, now, alive_since, limit).await }
        );
        Ok(taken?)
    }
}
