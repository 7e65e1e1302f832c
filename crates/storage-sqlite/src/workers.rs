//! Heartbeats.

use async_trait::async_trait;
use campanile_domain::WorkerId;
use campanile_storage::{StorageError, WorkerRow, Workers};
use chrono::{DateTime, Utc};

use crate::SqliteStorage;
use crate::clock;
use crate::error::storage_error;
use crate::rows::micros;

#[async_trait]
impl Workers for SqliteStorage {
    async fn heartbeat(&self, worker: &WorkerRow) -> Result<DateTime<Utc>, StorageError> {
        let worker = worker.clone();
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    sqlx::query(
                        "INSERT INTO workers (id, host, heartbeat_at) VALUES (?1, ?2, ?3) \
                         ON CONFLICT (id) DO UPDATE SET heartbeat_at = ?3",
                    )
                    .bind(worker.id.0)
                    .bind(worker.host)
                    .bind(micros(worker.heartbeat_at))
                    .execute(connection)
                    .await
                    .map_err(storage_error)?;
                    Ok(clock::now())
                })
            })
            .await
    }

    async fn leave(&self, worker: WorkerId) -> Result<(), StorageError> {
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    for forget in [
                        "DELETE FROM account_troubles WHERE worker = ?",
                        "DELETE FROM workers WHERE id = ?",
                    ] {
                        sqlx::query(forget)
                            .bind(worker.0)
                            .execute(&mut *connection)
                            .await
                            .map_err(storage_error)?;
                    }
                    Ok(())
                })
            })
            .await
    }

    async fn forget_silent(&self, before: DateTime<Utc>) -> Result<u64, StorageError> {
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    let forgot = sqlx::query("DELETE FROM workers WHERE heartbeat_at < ?")
                        .bind(micros(before))
                        .execute(&mut *connection)
                        .await
                        .map_err(storage_error)?;
                    sqlx::query(
                        "DELETE FROM account_troubles \
                         WHERE worker NOT IN (SELECT id FROM workers)",
                    )
                    .execute(connection)
                    .await
                    .map_err(storage_error)?;
                    Ok(forgot.rows_affected())
                })
            })
            .await
    }
}
