//! The notes of tenants that have chosen anew: how far the look at what waits is.

use campanile_domain::{DeliveryId, TenantId};
use campanile_storage::{RescheduleCursor, StorageError};
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;

use crate::error::{storage_error, undecodable};
use crate::rows::{get, micros};

pub(super) async fn advance(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    to: &RescheduleCursor,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    sqlx::query(
        "INSERT INTO reschedules (tenant, after_user, after_key, stepped_at) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT (tenant) DO UPDATE SET after_user = ?2, after_key = ?3, stepped_at = ?4",
    )
    .bind(tenant.as_str())
    .bind(&to.user)
    .bind(to.delivery.0)
    .bind(micros(now))
    .execute(connection)
    .await
    .map(drop)
    .map_err(storage_error)
}

pub(super) async fn of(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
) -> Result<Option<RescheduleCursor>, StorageError> {
    let row = sqlx::query("SELECT after_user, after_key FROM reschedules WHERE tenant = ?")
        .bind(tenant.as_str())
        .fetch_optional(connection)
        .await
        .map_err(storage_error)?;
    let read = |row| {
        Ok(RescheduleCursor {
            user: get(row, "after_user")?,
            delivery: DeliveryId(get(row, "after_key")?),
        })
    };
    row.as_ref().map(read).transpose()
}

pub(super) async fn end(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
) -> Result<(), StorageError> {
    sqlx::query("DELETE FROM reschedules WHERE tenant = ?")
        .bind(tenant.as_str())
        .execute(connection)
        .await
        .map(drop)
        .map_err(storage_error)
}

pub(super) async fn broken_off(
    connection: &mut SqliteConnection,
    before: DateTime<Utc>,
    limit: u32,
) -> Result<Vec<TenantId>, StorageError> {
    let tenants: Vec<String> = sqlx::query_scalar(
        "SELECT tenant FROM reschedules WHERE stepped_at < ? ORDER BY stepped_at LIMIT ?",
    )
    .bind(micros(before))
    .bind(limit)
    .fetch_all(connection)
    .await
    .map_err(storage_error)?;
    // One name that cannot be read must not keep the others from being found.
    let parse = |tenant: &String| match TenantId::parse(tenant) {
        Ok(tenant) => Some(tenant),
        Err(error) => {
            let error = undecodable("reschedules", "tenant", error);
            tracing::warn!(%error, "a stored reschedule cannot be decoded");
            None
        }
    };
    Ok(tenants.iter().filter_map(parse).collect())
}

pub(super) async fn put_off(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    sqlx::query("UPDATE reschedules SET stepped_at = ? WHERE tenant = ?")
        .bind(micros(now))
        .bind(tenant.as_str())
        .execute(connection)
        .await
        .map(drop)
        .map_err(storage_error)
}
