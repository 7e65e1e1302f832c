//! Tenants are removed: first their keys, then their rows in steps, then their own row.

use campanile_domain::TenantId;
use chrono::{DateTime, Utc};
use sqlx::{Executor, PgConnection};

use crate::error::Fault;

/// Begins to remove a tenant; its secrets cannot be read any more.
pub(crate) async fn begin_removal(
    connection: &mut PgConnection,
    id: &TenantId,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let done = sqlx::query(
        "UPDATE tenants SET removing_since = COALESCE(removing_since, $2),
             suspended_at = COALESCE(suspended_at, $2) WHERE tenant = $1",
    )
    .bind(id.as_str())
    .bind(now)
    .execute(&mut *connection)
    .await?;
    for keys in [
        "DELETE FROM tenant_keys WHERE tenant = $1",
        "DELETE FROM tenant_former_keys WHERE tenant = $1",
    ] {
        sqlx::query(keys)
            .bind(id.as_str())
            .execute(&mut *connection)
            .await?;
    }
    Ok(done.rows_affected() == 1)
}

/// Tables with rows of tenants, the pending work first: nothing is made of it any more. Partitions are reached through their
/// parents. A table that a later release adds is among them by itself.
const TABLES: &str = "
    SELECT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        AND a.attname = 'tenant' AND NOT a.attisdropped AND c.relname NOT IN ('tenants', 'audit_heads')
    ORDER BY c.relname NOT IN ('outbox', 'schedule', 'fanout_work', 'fanout_recalls', 'dispatch', 'reschedules'), 1";

/// Removes some rows of the first table that has any. The tenant must be in removal.
pub(super) async fn step(
    connection: &mut PgConnection,
    id: &TenantId,
    limit: u32,
) -> Result<u64, Fault> {
    let in_removal: Option<bool> =
        sqlx::query_scalar("SELECT removing_since IS NOT NULL FROM tenants WHERE tenant = $1")
            .bind(id.as_str())
            .fetch_optional(&mut *connection)
            .await?;
    if in_removal != Some(true) {
        return Ok(0);
    }
    let tables: Vec<String> = sqlx::query_scalar(TABLES)
        .fetch_all(&mut *connection)
        .await?;
    // Sessions have it so (`login.rs`); without it, a young day's statistics would have the planner take all rows for this tenant's.
    connection.execute("SET LOCAL enable_seqscan = off").await?;
    for table in tables {
        // By place: partitions have equal places, and there too a row must be the tenant's.
        let statement = format!(
            "DELETE FROM {table} WHERE tenant = $1
                 AND ctid = ANY (ARRAY(SELECT ctid FROM {table} WHERE tenant = $1 LIMIT $2))"
        );
        let done = sqlx::query(&statement)
            .bind(id.as_str())
            .bind(i64::from(limit))
            .execute(&mut *connection)
            .await?;
        if done.rows_affected() > 0 {
            return Ok(done.rows_affected());
        }
    }
    Ok(0)
}

/// Removes the tenant itself, with what is left. `false`: it is not in removal.
pub(super) async fn end(connection: &mut PgConnection, id: &TenantId) -> Result<bool, Fault> {
    // What workers that had something in hand wrote meanwhile goes with it.
    while step(&mut *connection, id, 1_000).await? > 0 {}
    // Its audit log is gone: the chain of the next tenant of the name goes on where this one ended.
    sqlx::query(
        "UPDATE audit_heads SET anchor_seq = seq, anchor_hash = hash, days = NULL WHERE tenant = $1",
    )
    .bind(id.as_str())
    .execute(&mut *connection)
    .await?;
    let done = sqlx::query("DELETE FROM tenants WHERE tenant = $1 AND removing_since IS NOT NULL")
        .bind(id.as_str())
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}
