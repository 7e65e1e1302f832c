//! Tenants are removed: first their keys, then their rows in steps, then their own row.

use campanile_domain::TenantId;
use campanile_storage::StorageError;
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;

use crate::error::storage_error;
use crate::rows::micros;
use crate::scrub;

/// Begins to remove a tenant; its secrets cannot be read any more.
pub(crate) async fn begin_removal(
    connection: &mut SqliteConnection,
    id: &TenantId,
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let done = sqlx::query(
        "UPDATE tenants SET removing_since = COALESCE(removing_since, ?2), \
         suspended_at = COALESCE(suspended_at, ?2) WHERE tenant = ?1",
    )
    .bind(id.as_str())
    .bind(micros(now))
    .execute(&mut *connection)
    .await
    .map_err(storage_error)?;
    for keys in [
        "DELETE FROM tenant_keys WHERE tenant = ?",
        "DELETE FROM tenant_former_keys WHERE tenant = ?",
    ] {
        let deleted = sqlx::query(keys)
            .bind(id.as_str())
            .execute(&mut *connection)
            .await;
        deleted.map_err(storage_error)?;
    }
    Ok(done.rows_affected() == 1)
}

/// Tables with rows of tenants, each with its primary key, the pending work first: nothing is made of it any more. A table
/// that a later release adds is among them by itself.
const TABLES: &str = "
    SELECT m.name, (SELECT group_concat(k.name, ', ') FROM pragma_table_info(m.name) k WHERE k.pk > 0)
    FROM sqlite_master m JOIN pragma_table_info(m.name) c ON c.name = 'tenant'
    WHERE m.type = 'table' AND m.name NOT IN ('tenants', 'audit_heads')
    ORDER BY m.name NOT IN ('outbox', 'schedule', 'fanout_work', 'fanout_recalls', 'dispatch', 'reschedules'), 1";

/// Removes some rows of the first table that has any. The tenant must be in removal.
pub(super) async fn step(
    connection: &mut SqliteConnection,
    id: &TenantId,
    limit: u32,
) -> Result<u64, StorageError> {
    let in_removal: Option<bool> =
        sqlx::query_scalar("SELECT removing_since IS NOT NULL FROM tenants WHERE tenant = ?")
            .bind(id.as_str())
            .fetch_optional(&mut *connection)
            .await
            .map_err(storage_error)?;
    if in_removal != Some(true) {
        return Ok(0);
    }
    let tables: Vec<(String, String)> = sqlx::query_as(TABLES)
        .fetch_all(&mut *connection)
        .await
        .map_err(storage_error)?;
    for (table, key) in tables {
        let statement = format!(
            "DELETE FROM {table} WHERE ({key}) IN (SELECT {key} FROM {table} WHERE tenant = ? LIMIT ?)"
        );
        let done = sqlx::query(&statement)
            .bind(id.as_str())
            .bind(limit)
            .execute(&mut *connection)
            .await
            .map_err(storage_error)?;
        if done.rows_affected() > 0 {
            return Ok(done.rows_affected());
        }
    }
    Ok(0)
}

/// Removes the tenant itself, with what is left. `false`: it is not in removal.
pub(super) async fn end(
    connection: &mut SqliteConnection,
    id: &TenantId,
) -> Result<bool, StorageError> {
    // What was in hand of the worker was written meanwhile.
    while step(&mut *connection, id, 1_000).await? > 0 {}
    // Its audit log is gone: the chain of the next tenant of the name goes on where this one ended.
    sqlx::query(
        "UPDATE audit_heads SET anchor_seq = seq, anchor_hash = hash, days = NULL WHERE tenant = ?",
    )
    .bind(id.as_str())
    .execute(&mut *connection)
    .await
    .map_err(storage_error)?;
    let done = sqlx::query("DELETE FROM tenants WHERE tenant = ? AND removing_since IS NOT NULL")
        .bind(id.as_str())
        .execute(&mut *connection)
        .await
        .map_err(storage_error)?;
    scrub::mark_due(connection).await?;
    Ok(done.rows_affected() == 1)
}
