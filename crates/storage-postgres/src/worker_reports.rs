//! What workers say of themselves.

use async_trait::async_trait;
use campanile_domain::WorkerId;
use campanile_storage::{Reported, SentHour, StorageError, WorkerReport, WorkerReports};
use chrono::{DateTime, Utc};

use crate::PostgresStorage;
use crate::connection::{Kind, Scope, count, transact};
use crate::rows::Reader;

#[async_trait]
impl WorkerReports for PostgresStorage {
    async fn report(&self, worker: WorkerId, report: &WorkerReport) -> Result<(), StorageError> {
        let (pool, scope) = (&self.pools.worker, Scope::none());
        let hours = &report.hours;
        let channels: Vec<_> = report.channels.iter().map(|one| one.name()).collect();
        let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let done = transact!(pool, Kind::Write, &scope, |connection| {
            sqlx::query("UPDATE workers SET queue_up = $2, channels = $3 WHERE id = $1")
                .bind(worker.0)
                .bind(report.queue_up)
                .bind(&channels)
                .execute(&mut *connection)
                .await?;
            if hours.is_empty() {
                return Ok(());
            }
            sqlx::query(
                "INSERT INTO sent_hours (worker, channel, hour, sent, failed, last_sent_at)
                 SELECT $1, x.channel, x.hour, x.sent, x.failed, x.last_sent_at
                 FROM UNNEST($2::text[], $3::timestamptz[], $4::bigint[], $5::bigint[],
                     $6::timestamptz[]) AS x (channel, hour, sent, failed, last_sent_at)
                 ON CONFLICT (hour, worker, channel) DO UPDATE SET sent = excluded.sent,
                     failed = excluded.failed, last_sent_at = excluded.last_sent_at",
            )
            .bind(worker.0)
            .bind(column(hours, |one| one.channel.name()))
            .bind(column(hours, |one| one.hour))
            .bind(column(hours, |one| number(one.sent)))
            .bind(column(hours, |one| number(one.failed)))
            .bind(column(hours, |one| one.last_sent_at))
            .execute(connection)
            .await?;
            Ok(())
        });
        Ok(done?)
    }

    async fn reported(
        &self,
        alive_since: DateTime<Utc>,
        sent_since: DateTime<Utc>,
    ) -> Result<Reported, StorageError> {
        let (pool, scope) = (&self.pools.worker, Scope::none());
        let found = transact!(pool, Kind::Read, &scope, |connection| {
            let living = sqlx::query(
                "SELECT queue_up, channels FROM workers
                 WHERE heartbeat_at >= $1 AND queue_up IS NOT NULL",
            )
            .bind(alive_since)
            .fetch_all(&mut *connection)
            .await?;
            let mut reported = Reported::default();
            for row in &living {
                let mut reader = Reader::new(row, "workers");
                let queue_up: bool = reader.next("queue_up")?;
                reported.queue_up = Some(queue_up || reported.queue_up == Some(true));
                reported
                    .channels
                    .extend(reader.channels()?.unwrap_or_default());
            }
            let row = sqlx::query(
                "SELECT coalesce(sum(sent) FILTER (WHERE hour >= $1), 0)::bigint,
                     coalesce(sum(failed) FILTER (WHERE hour >= $1), 0)::bigint, max(last_sent_at)
                 FROM sent_hours",
            )
            .bind(sent_since)
            .fetch_one(connection)
            .await?;
            let mut reader = Reader::new(&row, "sent_hours");
            reported.sent = count(reader.next("sent")?);
            reported.failed = count(reader.next("failed")?);
            reported.last_sent_at = reader.next("last_sent_at")?;
            Ok(reported)
        });
        Ok(found?)
    }

    async fn forget_sent(&self, before: DateTime<Utc>) -> Result<u64, StorageError> {
        let (pool, scope) = (&self.pools.worker, Scope::none());
        let forgot = transact!(pool, Kind::Write, &scope, |connection| {
            let delete = sqlx::query(
                "DELETE FROM sent_hours WHERE hour < $1
                 AND last_sent_at IS DISTINCT FROM (SELECT max(last_sent_at) FROM sent_hours)",
            )
            .bind(before);
            Ok(delete.execute(connection).await?.rows_affected())
        });
        Ok(forgot?)
    }
}

fn column<'a, T>(all: &'a [SentHour], of: impl Fn(&'a SentHour) -> T) -> Vec<T> {
    all.iter().map(of).collect()
}
