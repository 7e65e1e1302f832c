//! All rows of a tenant, read and written by the owner's login, to whom policies show the rows of the tenant that is named.

mod columns;
mod days;
mod read;
mod write;

use async_trait::async_trait;
use campanile_domain::TenantId;
use campanile_storage::{
    MovedBatch, MovedTable, Moving, REPLACED, StorageError, TABLES, TakeMoved, TenantImport,
};
use sqlx::PgConnection;

use crate::PostgresStorage;
use crate::connection::{Kind, Scope, count, transact};
use crate::error::Fault;
use crate::rows::Reader;

/// Counting or emptying a large table takes longer than other statements may.
pub(super) const LONG: &str = "SET LOCAL statement_timeout = 0";

#[async_trait]
impl Moving for PostgresStorage {
    fn is_shared(&self) -> bool {
        true
    }

    async fn count_moved(
        &self,
        tenant: &TenantId,
    ) -> Result<Vec<(&'static MovedTable, u64)>, StorageError> {
        let pool = &self.pools.owner;
        let counts = transact!(pool, Kind::Read, &Scope::one(tenant), |connection| {
            sqlx::query(LONG).execute(&mut *connection).await?;
            let mut counts = Vec::with_capacity(TABLES.len());
            for table in TABLES {
                let statement = format!("SELECT count(*) FROM {}", columns::whole(table));
                let rows: i64 = sqlx::query_scalar(&statement)
                    .bind(tenant.as_str())
                    .fetch_one(&mut *connection)
                    .await?;
                counts.push((table, count(rows)));
            }
            Ok(counts)
        });
        Ok(counts?)
    }

    async fn read_moved(
        &self,
        tenant: &TenantId,
        taker: &mut dyn TakeMoved,
    ) -> Result<(), StorageError> {
        Ok(read::all(&self.pools.owner, tenant, taker).await?)
    }

    async fn import_of(&self, tenant: &TenantId) -> Result<Option<TenantImport>, StorageError> {
        let pool = &self.pools.owner;
        let found = transact!(pool, Kind::Read, &Scope::one(tenant), |connection| {
            let row = sqlx::query(
                "SELECT file, frames, started_at, finished_at FROM tenant_imports WHERE tenant = $1",
            )
            .bind(tenant.as_str())
            .fetch_optional(connection)
            .await?;
            row.map(|row| {
                let mut reader = Reader::new(&row, "tenant_imports");
                Ok(TenantImport {
                    file: reader.next("file")?,
                    frames: count(reader.next("frames")?),
                    started_at: reader.next("started_at")?,
                    finished_at: reader.next("finished_at")?,
                })
            })
            .transpose()
        });
        Ok(found?)
    }

    async fn write_moved(
        &self,
        tenant: &TenantId,
        batch: &MovedBatch,
        import: &TenantImport,
    ) -> Result<(), StorageError> {
        let pool = &self.pools.owner;
        days::make(pool, batch).await?;
        let written = transact!(pool, Kind::Write, &Scope::one(tenant), |connection| {
            if import.frames == 1 {
                write::make_room(connection, tenant, import.file).await?;
            }
            write::batch(connection, tenant, batch).await?;
            put(connection, tenant, import).await
        });
        Ok(written?)
    }

    async fn put_import(
        &self,
        tenant: &TenantId,
        import: &TenantImport,
    ) -> Result<(), StorageError> {
        let pool = &self.pools.owner;
        let done = transact!(pool, Kind::Write, &Scope::one(tenant), |connection| {
            put(connection, tenant, import).await
        });
        Ok(done?)
    }
}

/// Notes how far an import is, unless another file has taken its place.
async fn put(
    connection: &mut PgConnection,
    tenant: &TenantId,
    import: &TenantImport,
) -> Result<(), Fault> {
    let done = sqlx::query(
        "INSERT INTO tenant_imports (tenant, file, frames, started_at, finished_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (tenant) DO UPDATE SET file = EXCLUDED.file, frames = EXCLUDED.frames,
             started_at = EXCLUDED.started_at, finished_at = EXCLUDED.finished_at
         WHERE tenant_imports.file = EXCLUDED.file
             OR (tenant_imports.finished_at IS NULL AND EXCLUDED.frames = 1)",
    )
    .bind(tenant.as_str())
    .bind(import.file)
    .bind(i64::try_from(import.frames).unwrap_or(i64::MAX))
    .bind(import.started_at)
    .bind(import.finished_at)
    .execute(connection)
    .await?;
    match done.rows_affected() {
        0 => Err(StorageError::Refused(REPLACED.to_owned()).into()),
        _ => Ok(()),
    }
}
