//! Heartbeats of workers.

use async_trait::async_trait;
use campanile_domain::WorkerId;
use campanile_storage::{StorageError, WorkerRow, Workers};
use chrono::{DateTime, Utc};

use crate::PostgresStorage;
use crate::connection::{Kind, Scope, transact};

#[async_trait]
impl Workers for PostgresStorage {
    async fn heartbeat(&self, worker: &WorkerRow) -> Result<DateTime<Utc>, StorageError> {
        let beat = transact!(
            &self.pools.worker,
            Kind::Write,
            &Scope::none(),
            |connection| {
                let clock = sqlx::query_scalar(
                    "INSERT INTO workers (id, host, heartbeat_at) VALUES ($1, $2, $3)
                     ON CONFLICT (id) DO UPDATE
                         SET host = excluded.host, heartbeat_at = excluded.heartbeat_at
                     RETURNING clock_timestamp()",
                )
                .bind(worker.id.0)
                .bind(&worker.host)
                .bind(worker.heartbeat_at);
                Ok(clock.fetch_one(connection).await?)
            }
        );
        Ok(beat?)
    }

    async fn leave(&self, worker: WorkerId) -> Result<(), StorageError> {
        let left = transact!(
            &self.pools.worker,
            Kind::Write,
            &Scope::none(),
            |connection| {
                for forget in [
                    "DELETE FROM account_troubles WHERE worker = $1",
                    "DELETE FROM workers WHERE id = $1",
                ] {
                    let delete = sqlx::query(forget).bind(worker.0);
                    delete.execute(&mut *connection).await?;
                }
                Ok(())
            }
        );
        Ok(left?)
    }

    async fn forget_silent(&self, before: DateTime<Utc>) -> Result<u64, StorageError> {
        let forgot = transact!(
            &self.pools.worker,
            Kind::Write,
            &Scope::none(),
            |connection| {
                let delete =
                    sqlx::query("DELETE FROM workers WHERE heartbeat_at < $1").bind(before);
                let forgot = delete.execute(&mut *connection).await?.rows_affected();
                sqlx::query(
                    "DELETE FROM account_troubles t
                     WHERE NOT EXISTS (SELECT FROM workers w WHERE w.id = t.worker)",
                )
                .execute(connection)
                .await?;
                Ok(forgot)
            }
        );
        Ok(forgot?)
    }
}
