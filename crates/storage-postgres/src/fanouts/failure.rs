//! A step that failed, noted on the row of its fan-out or recall. Its own transaction was rolled back by
//! then.

use campanile_domain::{FanoutId, TenantId};
use campanile_storage::{FailedStep, StorageError};
use chrono::{DateTime, Utc};

use crate::connection::{Kind, Scope, transact};
use crate::pool::Pool;

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
                " SET failures = failures + 1
                 WHERE tenant = $1 AND id = $2 AND updated_at = $3 RETURNING failures"
            ),
            put_off: concat!(
                "UPDATE ",
                $table,
                " SET due_at = $3 WHERE tenant = $1 AND id = $2"
            ),
        }
    };
}

/// What is to be made.
pub(super) const WORK: Rows = rows!("fanout_work");
/// What is to be called back.
pub(crate) const RECALLS: Rows = rows!("fanout_recalls");

pub(crate) async fn note(
    pool: &Pool,
    rows: &Rows,
    (tenant, id): (TenantId, FanoutId),
    stepped_at: DateTime<Utc>,
    error: StorageError,
    now: DateTime<Utc>,
) -> Result<FailedStep, StorageError> {
    let noted = transact!(pool, Kind::Write, &Scope::none(), |connection| {
        let failures: Option<i32> = sqlx::query_scalar(rows.count)
            .bind(tenant.as_str())
            .bind(id.0)
            .bind(stepped_at)
            .fetch_optional(&mut *connection)
            .await?;
        let Some(failures) = failures.and_then(|n| u32::try_from(n).ok()) else {
            return Ok(None);
        };
        let retry_at = now + FailedStep::pause(failures, &error);
        sqlx::query(rows.put_off)
            .bind(tenant.as_str())
            .bind(id.0)
            .bind(retry_at)
            .execute(connection)
            .await?;
        Ok(Some((failures, retry_at)))
    })?;
    // It was called off, or another process went on with it, in between: the failure is over.
    let Some((failures, retry_at)) = noted else {
        return Err(error);
    };
    Ok(FailedStep {
        tenant,
        id,
        failures,
        retry_at,
        error,
    })
}
