//! Chores, and the numbers an operator asks for.

use std::time::{Duration, Instant};

use async_trait::async_trait;
use campanile_storage::{DEAD_LETTERS_COUNTED, Depth, Maintenance, StorageError};
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::Executor;

use crate::PostgresStorage;
use crate::connection::{Kind, Scope, alone, count, limit, transact};
use crate::rows::Reader;

/// Keys removed in one statement, so that no transaction grows long.
const KEYS_AT_ONCE: i64 = 5_000;
/// A sample of a large partition is read from all over a disk that may be slow and busy.
const ANALYZE_TIMEOUT: &str = "SET LOCAL statement_timeout = '5min'";

#[async_trait]
impl Maintenance for PostgresStorage {
    async fn ping(&self) -> Result<Duration, StorageError> {
        let pool = self.pools.of(self.role);
        let asked = Instant::now();
        let answered = alone!(pool, Kind::Read, |connection| {
            connection.execute("SELECT 1").await?;
            Ok(())
        });
        answered?;
        Ok(asked.elapsed())
    }

    async fn depth(&self, now: DateTime<Utc>) -> Result<Depth, StorageError> {
        let depth = transact!(
            &self.pools.worker,
            Kind::Read,
            &Scope::none(),
            |connection| {
                // The one statement that does read whole (small) tables.
                connection.execute("SET LOCAL enable_seqscan = on").await?;
                let row = sqlx::query(
                "SELECT o.ids, d.size, (SELECT count(*) FROM schedule), least(o.oldest, d.oldest)
                 FROM (SELECT coalesce(sum(cardinality(notification_ids)), 0) AS ids,
                              min(created_at) AS oldest FROM outbox) AS o,
                      (SELECT coalesce(sum(size), 0) AS size,
                              min(created_at) AS oldest FROM dispatch) AS d",
            )
            .fetch_one(connection)
            .await?;
                let mut reader = Reader::new(&row, "outbox");
                let (outbox, dispatched) = (reader.next("ids")?, reader.next("size")?);
                let scheduled = reader.next("count")?;
                let oldest: Option<DateTime<Utc>> = reader.next("created_at")?;
                let age = oldest.map_or(0, |oldest| (now - oldest).num_seconds());
                Ok(Depth {
                    outbox: count(outbox),
                    dispatched: count(dispatched),
                    scheduled: count(scheduled),
                    oldest_age_s: count(age),
                })
            }
        );
        Ok(depth?)
    }

    async fn dead_letter_count(&self) -> Result<u64, StorageError> {
        let counted = transact!(
            &self.pools.worker,
            Kind::Read,
            &Scope::none(),
            |connection| {
                // The statistics are of the last vacuum or analysis: never less than what was seen.
                let (seen, estimate): (i64, i64) = sqlx::query_as(
                    "SELECT (SELECT count(*) FROM (SELECT FROM dead_letters LIMIT $1 + 1) AS counted),
                         (SELECT reltuples::bigint FROM pg_class
                          WHERE oid = 'dead_letters'::regclass)",
                )
                .bind(limit(usize::try_from(DEAD_LETTERS_COUNTED).unwrap_or(usize::MAX)))
                .fetch_one(connection)
                .await?;
                Ok(count(match count(seen) > DEAD_LETTERS_COUNTED {
                    true => seen.max(estimate),
                    false => seen,
                }))
            }
        );
        Ok(counted?)
    }

    async fn make_partitions_ahead(&self, now: DateTime<Utc>) -> Result<(), StorageError> {
        let yesterday = (now - TimeDelta::days(1)).date_naive();
        let made = transact!(
            &self.pools.worker,
            Kind::Write,
            &Scope::none(),
            |connection| {
                sqlx::query("SELECT campanile_make_partitions($1, 9)")
                    .bind(yesterday)
                    .execute(connection)
                    .await?;
                Ok(())
            }
        );
        Ok(made?)
    }

    async fn expire_idempotency_keys(&self, now: DateTime<Utc>) -> Result<u64, StorageError> {
        let mut total = 0;
        loop {
            let some = transact!(
                &self.pools.worker,
                Kind::Write,
                &Scope::none(),
                |connection| {
                    let done = sqlx::query(
                        "DELETE FROM idempotency_keys WHERE (tenant, key) IN (
                         SELECT tenant, key FROM idempotency_keys
                         WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
                    )
                    .bind(now)
                    .bind(KEYS_AT_ONCE)
                    .execute(connection)
                    .await?;
                    Ok(done.rows_affected())
                }
            );
            let removed = some?;
            total += removed;
            if removed < KEYS_AT_ONCE.unsigned_abs() {
                return Ok(total);
            }
        }
    }

    async fn analyze_grown(&self) -> Result<Option<String>, StorageError> {
        let analyzed = transact!(
            &self.pools.worker,
            Kind::Write,
            &Scope::none(),
            |connection| {
                connection.execute(ANALYZE_TIMEOUT).await?;
                let analyzed = sqlx::query_scalar("SELECT campanile_analyze_grown()");
                Ok(analyzed.fetch_one(connection).await?)
            }
        );
        Ok(analyzed?)
    }

    async fn close(&self) {
        self.pools.close().await;
    }
}
