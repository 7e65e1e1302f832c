//! Storing choices.

use campanile_domain::{Preferences, TenantId, TenantPreferences, UserId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::error::Fault;

/// Whether they differ from what was there.
pub(crate) async fn of_user(
    connection: &mut PgConnection,
    tenant: &TenantId,
    user: &UserId,
    choices: &Preferences,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let done = sqlx::query(
        "INSERT INTO preferences (tenant, user_id, preferences, updated_at)
         VALUES ($1, $2, $3::json, $4)
         ON CONFLICT (tenant, user_id) DO UPDATE SET
             preferences = excluded.preferences, updated_at = excluded.updated_at
         WHERE preferences.preferences::text <> excluded.preferences::text",
    )
    .bind(tenant.as_str())
    .bind(user.as_str())
    .bind(choices.to_stored().to_string())
    .bind(now)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}

pub(crate) async fn of_tenant(
    connection: &mut PgConnection,
    tenant: &TenantId,
    set: &TenantPreferences,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    sqlx::query(
        "INSERT INTO tenant_preferences (tenant, preferences, updated_at)
         VALUES ($1, $2::json, $3)
         ON CONFLICT (tenant) DO UPDATE SET
             preferences = excluded.preferences, updated_at = excluded.updated_at",
    )
    .bind(tenant.as_str())
    .bind(set.to_stored().to_string())
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}
