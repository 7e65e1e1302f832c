//! The notes of tenants that have chosen anew: how far the look at what waits is.

use campanile_domain::{DeliveryId, TenantId};
use campanile_storage::{RESCHEDULED_AT_ONCE, RescheduleStep, StorageError};
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::reschedule;
use crate::error::{storage_error, undecodable};
use crate::rows::{get, micros};

/// Anew from the first, also where another is under way: what that has passed was looked at by choices
/// that hold no more. No user has an empty name.
pub(super) async fn begin(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    go_on(connection, tenant, ("", DeliveryId(Uuid::nil())), now).await
}

async fn go_on(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    (user, delivery): (&str, DeliveryId),
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    sqlx::query(
        "INSERT INTO reschedules (tenant, after_user, after_key, stepped_at) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT (tenant) DO UPDATE SET after_user = ?2, after_key = ?3, stepped_at = ?4",
    )
    .bind(tenant.as_str())
    .bind(user)
    .bind(delivery.0)
    .bind(micros(now))
    .execute(connection)
    .await
    .map(drop)
    .map_err(storage_error)
}

pub(super) async fn step(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    now: DateTime<Utc>,
) -> Result<RescheduleStep, StorageError> {
    let note = sqlx::query("SELECT after_user, after_key FROM reschedules WHERE tenant = ?")
        .bind(tenant.as_str())
        .fetch_optional(&mut *connection)
        .await
        .map_err(storage_error)?;
    let Some(note) = note else {
        return Ok(RescheduleStep::default());
    };
    let after = (get(&note, "after_user")?, get(&note, "after_key")?);
    let rescheduled = reschedule::of_tenant(connection, tenant, after, now).await?;
    let last = rescheduled
        .last()
        .filter(|_| rescheduled.len() >= RESCHEDULED_AT_ONCE);
    match last {
        Some((user, delivery)) => {
            go_on(connection, tenant, (user.as_str(), *delivery), now).await?;
        }
        None => end(connection, tenant).await?,
    }
    Ok(RescheduleStep {
        rescheduled: rescheduled.len() as u64,
        more: last.is_some(),
    })
}

async fn end(connection: &mut SqliteConnection, tenant: &TenantId) -> Result<(), StorageError> {
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
