//! What workers say of themselves.

use async_trait::async_trait;
use campanile_domain::WorkerId;
use campanile_storage::{Reported, StorageError, WorkerReport, WorkerReports};
use chrono::{DateTime, Utc};

use crate::SqliteStorage;
use crate::error::storage_error;
use crate::rows::{channel, get, get_moment, micros};

#[async_trait]
impl WorkerReports for SqliteStorage {
    async fn report(&self, worker: WorkerId, report: &WorkerReport) -> Result<(), StorageError> {
        let report = report.clone();
        let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    let channels: Vec<_> = report.channels.iter().map(|one| one.name()).collect();
                    sqlx::query("UPDATE workers SET queue_up = ?2, channels = ?3 WHERE id = ?1")
                        .bind(worker.0)
                        .bind(report.queue_up)
                        .bind(channels.join(","))
                        .execute(&mut *connection)
                        .await
                        .map_err(storage_error)?;
                    for one in &report.hours {
                        sqlx::query(
                            "INSERT INTO sent_hours (worker, channel, hour, sent, failed, last_sent_at) \
                             VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
                             ON CONFLICT (hour, worker, channel) \
                             DO UPDATE SET sent = ?4, failed = ?5, last_sent_at = ?6",
                        )
                        .bind(worker.0)
                        .bind(one.channel.name())
                        .bind(micros(one.hour))
                        .bind(number(one.sent))
                        .bind(number(one.failed))
                        .bind(one.last_sent_at.map(micros))
                        .execute(&mut *connection)
                        .await
                        .map_err(storage_error)?;
                    }
                    Ok(())
                })
            })
            .await
    }

    async fn reported(
        &self,
        alive_since: DateTime<Utc>,
        sent_since: DateTime<Utc>,
    ) -> Result<Reported, StorageError> {
        let living = sqlx::query(
            "SELECT queue_up, channels FROM workers \
             WHERE heartbeat_at >= ? AND queue_up IS NOT NULL",
        )
        .bind(micros(alive_since))
        .fetch_all(&self.readers)
        .await
        .map_err(storage_error)?;
        let mut reported = Reported::default();
        for row in &living {
            let queue_up: bool = get(row, "queue_up")?;
            reported.queue_up = Some(queue_up || reported.queue_up == Some(true));
            let names: String = get(row, "channels")?;
            for name in names.split(',').filter(|name| !name.is_empty()) {
                reported.channels.insert(channel(name)?);
            }
        }
        let sums = sqlx::query(
            "SELECT coalesce(sum(iif(hour >= ?1, sent, 0)), 0) AS sent, \
                 coalesce(sum(iif(hour >= ?1, failed, 0)), 0) AS failed, \
                 max(last_sent_at) AS last_sent_at FROM sent_hours",
        )
        .bind(micros(sent_since))
        .fetch_one(&self.readers)
        .await
        .map_err(storage_error)?;
        let number = |column| get::<i64>(&sums, column).map(|n| u64::try_from(n).unwrap_or(0));
        reported.sent = number("sent")?;
        reported.failed = number("failed")?;
        reported.last_sent_at = get_moment(&sums, "last_sent_at")?;
        Ok(reported)
    }

    async fn forget_sent(&self, before: DateTime<Utc>) -> Result<u64, StorageError> {
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    let forgot = sqlx::query(
                        "DELETE FROM sent_hours WHERE hour < ? \
                         AND last_sent_at IS NOT (SELECT max(last_sent_at) FROM sent_hours)",
                    )
                    .bind(micros(before))
                    .execute(connection)
                    .await
                    .map_err(storage_error)?;
                    Ok(forgot.rows_affected())
                })
            })
            .await
    }
}
