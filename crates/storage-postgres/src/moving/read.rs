//! Reading all rows of a tenant as they are at one moment.

use campanile_domain::TenantId;
use campanile_storage::{Gathering, MovedBatch, TABLES, TakeMoved};
use futures_util::TryStreamExt;
use sqlx::Executor;

use super::{LONG, columns};
use crate::connection::Scope;
use crate::error::Fault;
use crate::named::{function, named};
use crate::pool::Pool;
use crate::session::{Session, answered};

/// Every statement sees the rows as the first one does.
const SNAPSHOT: &str = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";
/// Who takes the rows may be writing to a slow disk.
const PATIENT: &str = "SET LOCAL idle_in_transaction_session_timeout = '1h'";

/// Reads them, in one transaction that is never tried again: the taker has rows of it already.
pub(super) async fn all(
    pool: &Pool,
    tenant: &TenantId,
    taker: &mut dyn TakeMoved,
) -> Result<(), Fault> {
    let mut session = Session::begin(pool, &Scope::one(tenant)).await?;
    let (connection, reach) = session.parts();
    for statement in [SNAPSHOT, LONG, PATIENT] {
        let set = async { Ok(connection.execute(statement).await.map(drop)?) };
        answered(reach, set).await?;
    }
    for table in TABLES {
        let mut gathering = Gathering::default();
        let statement = format!(
            "SELECT {} FROM {}",
            columns::read(table),
            columns::whole(table)
        );
        let mut rows = sqlx::query(&statement)
            .bind(tenant.as_str())
            .fetch(&mut *connection);
        loop {
            let next = async { Ok(rows.try_next().await?) };
            let Some(row) = answered(reach, named(function!(), next)).await? else {
                break;
            };
            if let Some(rows) = gathering.add(columns::row(table, &row)?) {
                taker.take(MovedBatch { table, rows }).await?;
            }
        }
        let rest = gathering.rest();
        if !rest.is_empty() {
            taker.take(MovedBatch { table, rows: rest }).await?;
        }
    }
    session.rollback().await;
    Ok(())
}
