//! Chores and numbers.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use campanile_storage::{Depth, Maintenance, StorageError};
use chrono::{DateTime, Utc};

use crate::SqliteStorage;
use crate::error::storage_error;
use crate::rows::{get, micros};

#[async_trait]
impl Maintenance for SqliteStorage {
    async fn ping(&self) -> Result<Duration, StorageError> {
        let begun = Instant::now();
        sqlx::query("SELECT 1")
            .execute(&self.readers)
            .await
            .map_err(storage_error)?;
        Ok(begun.elapsed())
    }

    async fn depth(&self, now: DateTime<Utc>) -> Result<Depth, StorageError> {
        let row = sqlx::query(
            "SELECT \
             (SELECT coalesce(sum(length(notification_ids) / 16), 0) FROM outbox) AS outbox, \
             (SELECT coalesce(sum(size), 0) FROM dispatch) AS dispatched, \
             (SELECT count(*) FROM schedule) AS scheduled, \
             (SELECT min(at) FROM (SELECT min(created_at) AS at FROM outbox \
                 UNION ALL SELECT min(created_at) FROM dispatch)) AS oldest",
        )
        .fetch_one(&self.readers)
        .await
        .map_err(storage_error)?;
        let number = |n: i64| u64::try_from(n).unwrap_or(0);
        let oldest: Option<i64> = get(&row, "oldest")?;
        Ok(Depth {
            outbox: number(get(&row, "outbox")?),
            dispatched: number(get(&row, "dispatched")?),
            scheduled: number(get(&row, "scheduled")?),
            oldest_age_s: oldest.map_or(0, |at| number((micros(now) - at) / 1_000_000)),
        })
    }

    async fn dead_letter_count(&self) -> Result<u64, StorageError> {
        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM dead_letters")
            .fetch_one(&self.readers)
            .await
            .map_err(storage_error)?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    async fn make_partitions_ahead(&self, _now: DateTime<Utc>) -> Result<(), StorageError> {
        Ok(())
    }

    async fn expire_idempotency_keys(&self, now: DateTime<Utc>) -> Result<u64, StorageError> {
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    sqlx::query("DELETE FROM idempotency_keys WHERE expires_at <= ?")
                        .bind(micros(now))
                        .execute(connection)
                        .await
                        .map(|done| done.rows_affected())
                        .map_err(storage_error)
                })
            })
            .await
    }

    async fn analyze_grown(&self) -> Result<Option<String>, StorageError> {
        let analyses = Arc::clone(&self.analyses);
        self.writer
            .write(move |connection| Box::pin(async move { analyses.step(connection).await }))
            .await
    }

    async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}
