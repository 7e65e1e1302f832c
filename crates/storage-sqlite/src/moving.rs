//! All rows of a tenant, read and written.

mod columns;
mod read;
mod write;

use async_trait::async_trait;
use campanile_domain::TenantId;
use campanile_storage::{
    MovedBatch, MovedTable, Moving, REPLACED, StorageError, TABLES, TakeMoved, TenantImport,
};
use sqlx::SqliteConnection;

use crate::SqliteStorage;
use crate::error::storage_error;
use crate::rows::{get, get_moment, micros, moment};

#[async_trait]
impl Moving for SqliteStorage {
    /// The lock file keeps others out.
    fn is_shared(&self) -> bool {
        false
    }

    async fn count_moved(
        &self,
        tenant: &TenantId,
    ) -> Result<Vec<(&'static MovedTable, u64)>, StorageError> {
        let mut counts = Vec::with_capacity(TABLES.len());
        for table in TABLES {
            let statement = format!("SELECT count(*) FROM {}", columns::whole(table));
            let rows: i64 = sqlx::query_scalar(&statement)
                .bind(tenant.as_str())
                .fetch_one(&self.readers)
                .await
                .map_err(storage_error)?;
            counts.push((table, u64::try_from(rows).unwrap_or(0)));
        }
        Ok(counts)
    }

    async fn read_moved(
        &self,
        tenant: &TenantId,
        taker: &mut dyn TakeMoved,
    ) -> Result<(), StorageError> {
        read::all(&self.readers, tenant, taker).await
    }

    async fn import_of(&self, tenant: &TenantId) -> Result<Option<TenantImport>, StorageError> {
        let row = sqlx::query(
            "SELECT file, frames, started_at, finished_at FROM tenant_imports WHERE tenant = ?",
        )
        .bind(tenant.as_str())
        .fetch_optional(&self.readers)
        .await
        .map_err(storage_error)?;
        row.map(|row| {
            let frames: i64 = get(&row, "frames")?;
            Ok(TenantImport {
                file: get(&row, "file")?,
                frames: u64::try_from(frames).unwrap_or(0),
                started_at: moment(get(&row, "started_at")?)?,
                finished_at: get_moment(&row, "finished_at")?,
            })
        })
        .transpose()
    }

    async fn write_moved(
        &self,
        tenant: &TenantId,
        batch: &MovedBatch,
        import: &TenantImport,
    ) -> Result<(), StorageError> {
        let (tenant, batch, import) = (tenant.clone(), batch.clone(), *import);
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    if import.frames == 1 {
                        write::make_room(connection, &tenant, import.file).await?;
                    }
                    write::batch(connection, &tenant, &batch).await?;
                    put(connection, &tenant, &import).await
                })
            })
            .await
    }

    async fn put_import(
        &self,
        tenant: &TenantId,
        import: &TenantImport,
    ) -> Result<(), StorageError> {
        let (tenant, import) = (tenant.clone(), *import);
        self.writer
            .write(move |connection| {
                Box::pin(async move { put(connection, &tenant, &import).await })
            })
            .await
    }
}

/// Notes how far an import is, unless another file has taken its place.
async fn put(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    import: &TenantImport,
) -> Result<(), StorageError> {
    let done = sqlx::query(
        "INSERT INTO tenant_imports (tenant, file, frames, started_at, finished_at) VALUES (?, ?, ?, ?, ?) \
         ON CONFLICT (tenant) DO UPDATE SET file = excluded.file, frames = excluded.frames, \
             started_at = excluded.started_at, finished_at = excluded.finished_at \
         WHERE tenant_imports.file = excluded.file \
             OR (tenant_imports.finished_at IS NULL AND excluded.frames = 1)",
    )
    .bind(tenant.as_str())
    .bind(import.file)
    .bind(i64::try_from(import.frames).unwrap_or(i64::MAX))
    .bind(micros(import.started_at))
    .bind(import.finished_at.map(micros))
    .execute(connection)
    .await
    .map_err(storage_error)?;
    match done.rows_affected() {
        0 => Err(StorageError::Refused(REPLACED.to_owned())),
        _ => Ok(()),
    }
}
