//! A step that failed, noted on the row of its fan-out or recall.

use campanile_domain::{FanoutId, TenantId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::error::Fault;

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
/// What a recall cancels.
pub(crate) const RECALLS: Rows = rows!("fanout_recalls");

/// Counts a failure of what was last stepped at that moment.
pub(crate) async fn count(
    connection: &mut PgConnection,
    rows: &Rows,
    tenant: &TenantId,
    id: FanoutId,
    stepped_at: DateTime<Utc>,
) -> Result<Option<u32>, Fault> {
    let failures: Option<i32> = sqlx::query_scalar(rows.count)
        .bind(tenant.as_str())
        .bind(id.0)
        .bind(stepped_at)
        .fetch_optional(connection)
        .await?;
    Ok(failures.and_then(|number| u32::try_from(number).ok()))
}

pub(crate) async fn put_off(
    connection: &mut PgConnection,
    rows: &Rows,
    tenant: &TenantId,
    id: FanoutId,
    due_at: DateTime<Utc>,
) -> Result<(), Fault> {
    sqlx::query(rows.put_off)
        .bind(tenant.as_str())
        .bind(id.0)
        .bind(due_at)
        .execute(connection)
        .await?;
    Ok(())
}
