//! A step that fails is undone alone and noted on the row of its fan-out or recall, in the same commit.

use campanile_domain::{FanoutId, TenantId};
use campanile_storage::{FailedStep, StorageError};
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;

use crate::error::storage_error;
use crate::rows::micros;

/// The statements for the rows of one kind of work.
pub(crate) struct Rows {
    count: &'static str,
    put_off: &'static str,
}

macro_rules! rows {
    ($table:literal) => {
        Rows {
            count: concat!(
                "UPDATE ",
                $table,
                " SET failures = failures + 1 WHERE tenant = ? AND id = ? RETURNING failures"
            ),
            put_off: concat!(
                "UPDATE ",
                $table,
                " SET due_at = ? WHERE tenant = ? AND id = ?"
            ),
        }
    };
}

/// What is to be made.
pub(super) const WORK: Rows = rows!("fanout_work");
/// What is to be called back.
pub(crate) const RECALLS: Rows = rows!("fanout_recalls");

/// Begins what [`keep_or_note`] ends.
pub(crate) async fn begin(connection: &mut SqliteConnection) -> Result<(), StorageError> {
    execute(connection, "SAVEPOINT fanout_step").await
}

/// Keeps what was done since [`begin`], or undoes it and notes its failure.
pub(crate) async fn keep_or_note<T>(
    connection: &mut SqliteConnection,
    rows: &Rows,
    (tenant, id): (TenantId, FanoutId),
    done: Result<T, StorageError>,
    now: DateTime<Utc>,
) -> Result<Result<T, FailedStep>, StorageError> {
    let error = match done {
        Ok(step) => {
            execute(connection, "RELEASE fanout_step").await?;
            return Ok(Ok(step));
        }
        Err(error) if FailedStep::is_blamed(&error) => error,
        Err(error) => return Err(error),
    };
    execute(connection, "ROLLBACK TO fanout_step").await?;
    execute(connection, "RELEASE fanout_step").await?;
    let failures: u32 = sqlx::query_scalar(rows.count)
        .bind(tenant.as_str())
        .bind(id.0)
        .fetch_one(&mut *connection)
        .await
        .map_err(storage_error)?;
    let retry_at = now + FailedStep::pause(failures, &error);
    sqlx::query(rows.put_off)
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
