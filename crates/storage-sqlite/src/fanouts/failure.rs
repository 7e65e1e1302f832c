//! A step that fails is undone alone and noted on the row of its fan-out, in the same commit.

use campanile_storage::{FailedStep, FanoutStep, StepLimits, StorageError};
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;

use super::claim::Work;
use super::step::step;
use crate::error::storage_error;
use crate::rows::micros;

pub(super) async fn step_or_note(
    connection: &mut SqliteConnection,
    limits: &StepLimits,
    work: Work,
    now: DateTime<Utc>,
) -> Result<Result<FanoutStep, FailedStep>, StorageError> {
    let (tenant, id) = (work.tenant.clone(), work.id);
    execute(connection, "SAVEPOINT fanout_step").await?;
    let error = match step(connection, limits, work, now).await {
        Ok(step) => {
            execute(connection, "RELEASE fanout_step").await?;
            return Ok(Ok(step));
        }
        Err(error) if FailedStep::is_blamed(&error) => error,
        Err(error) => return Err(error),
    };
    execute(connection, "ROLLBACK TO fanout_step").await?;
    execute(connection, "RELEASE fanout_step").await?;
    let failures: u32 = sqlx::query_scalar(
        "UPDATE fanout_work SET failures = failures + 1 WHERE tenant = ? AND id = ? \
         RETURNING failures",
    )
    .bind(tenant.as_str())
    .bind(id.0)
    .fetch_one(&mut *connection)
    .await
    .map_err(storage_error)?;
    let retry_at = now + FailedStep::pause(failures, &error);
    sqlx::query("UPDATE fanout_work SET due_at = ? WHERE tenant = ? AND id = ?")
        .bind(micros(retry_at))
        .bind(tenant.as_str())
        .bind(id.0)
        .execute(connection)
        .await
        .map_err(storage_error)?;
    Ok(Err(FailedStep {
        tenant,
        id,
        failures,
        retry_at,
        error,
    }))
}

async fn execute(connection: &mut SqliteConnection, sql: &'static str) -> Result<(), StorageError> {
    let done = sqlx::query(sql).execute(connection).await;
    done.map(drop).map_err(storage_error)
}
