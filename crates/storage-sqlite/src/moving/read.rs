//! Reading all rows of a tenant as they are at one moment.

use campanile_domain::TenantId;
use campanile_storage::{Gathering, MovedBatch, StorageError, TABLES, TakeMoved};
use futures_util::TryStreamExt;
use sqlx::SqlitePool;

use super::columns;
use crate::error::storage_error;
use crate::writer::execute;

pub(super) async fn all(
    readers: &SqlitePool,
    tenant: &TenantId,
    taker: &mut dyn TakeMoved,
) -> Result<(), StorageError> {
    let connection = readers.acquire().await.map_err(storage_error)?;
    // A caller who goes away takes the connection along, with the transaction that is open on it.
    let mut connection = connection.detach();
    execute(&mut connection, "BEGIN").await?;
    for table in TABLES {
        let mut gathering = Gathering::default();
        let statement = format!(
            "SELECT {} FROM {}",
            columns::read(table),
            columns::whole(table)
        );
        let mut rows = sqlx::query(&statement)
            .bind(tenant.as_str())
            .fetch(&mut connection);
        while let Some(row) = rows.try_next().await.map_err(storage_error)? {
            if let Some(rows) = gathering.add(columns::row(table, &row)?) {
                taker.take(MovedBatch { table, rows }).await?;
            }
        }
        let rest = gathering.rest();
        if !rest.is_empty() {
            taker.take(MovedBatch { table, rows: rest }).await?;
        }
    }
    execute(&mut connection, "ROLLBACK").await
}
