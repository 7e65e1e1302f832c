//! Storing choices.

use campanile_domain::{Preferences, TenantId, TenantPreferences, UserId};
use campanile_storage::StorageError;
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;

use crate::error::storage_error;
use crate::rows::micros;

/// Whether they differ from what was there.
pub(crate) async fn of_user(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    user: &UserId,
    choices: &Preferences,
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let done = sqlx::query(
        "INSERT INTO preferences (tenant, user_id, preferences, updated_at) \
         VALUES (?1, ?2, ?3, ?4) ON CONFLICT (tenant, user_id) DO UPDATE SET \
         preferences = excluded.preferences, updated_at = excluded.updated_at \
         WHERE preferences.preferences <> excluded.preferences",
    )
    .bind(tenant.as_str())
    .bind(user.as_str())
    .bind(choices.to_stored().to_string())
    .bind(micros(now))
    .execute(connection)
    .await
    .map_err(storage_error)?;
    Ok(done.rows_affected() > 0)
}

pub(crate) async fn of_tenant(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    set: &TenantPreferences,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    sqlx::query(
        "INSERT INTO tenant_preferences (tenant, preferences, updated_at) \
         VALUES (?1, ?2, ?3) ON CONFLICT (tenant) DO UPDATE SET \
         preferences = excluded.preferences, updated_at = excluded.updated_at",
    )
    .bind(tenant.as_str())
    .bind(set.to_stored().to_string())
    .bind(micros(now))
    .execute(connection)
    .await
    .map(drop)
    .map_err(storage_error)
}
