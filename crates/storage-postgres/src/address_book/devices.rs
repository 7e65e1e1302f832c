//! Installations of apps.

use campanile_domain::{Device, DeviceId, DeviceValue, TenantId, UserId};
use sqlx::PgConnection;
use sqlx::postgres::PgRow;

use crate::connection::limit;
use crate::error::Fault;
use crate::rows::Reader;

pub(super) async fn put(
    connection: &mut PgConnection,
    device: &Device,
) -> Result<(Device, bool), Fault> {
    // Another user's row makes way, so that it gets a new id and an old one can't be guessed back.
    sqlx::query(
        "DELETE FROM devices WHERE value = $3 AND kind = $2 AND tenant = $1
             AND user_id <> $4",
    )
    .bind(device.tenant.as_str())
    .bind(device.kind.name())
    .bind(device.value.as_str())
    .bind(device.user_id.as_str())
    .execute(&mut *connection)
    .await?;
    let row = sqlx::query(
        "INSERT INTO devices (tenant, id, user_id, kind, value, platform, app_version, locale,
             timezone, created_at, last_seen)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT (tenant, kind, value) DO UPDATE SET user_id = excluded.user_id,
             platform = excluded.platform, app_version = excluded.app_version,
             locale = excluded.locale, timezone = excluded.timezone,
             last_seen = excluded.last_seen, detached_at = NULL
         RETURNING tenant, id, user_id, kind, value, platform, app_version, locale, timezone,
             created_at, last_seen",
    )
    .bind(device.tenant.as_str())
    .bind(device.id.0)
    .bind(device.user_id.as_str())
    .bind(device.kind.name())
    .bind(device.value.as_str())
    .bind(device.platform.name())
    .bind(&device.app_version)
    .bind(&device.locale)
    .bind(&device.timezone)
    .bind(device.created_at)
    .bind(device.last_seen)
    .fetch_one(&mut *connection)
    .await?;
    let stored = read(&row)?;
    sqlx::query(
        "DELETE FROM devices WHERE tenant = $1 AND user_id = $2 AND id = ANY (ARRAY (
             SELECT id FROM devices WHERE tenant = $1 AND user_id = $2
             ORDER BY last_seen DESC, id DESC OFFSET $3))",
    )
    .bind(device.tenant.as_str())
    .bind(device.user_id.as_str())
    .bind(limit(Device::MAX_PER_USER))
    .execute(connection)
    .await?;
    let new = stored.id == device.id;
    Ok((stored, new))
}

pub(super) async fn of(
    connection: &mut PgConnection,
    tenant: &TenantId,
    user: &UserId,
) -> Result<Vec<Device>, Fault> {
    // The inner order is the index's: by the outer one the key would be gone through.
    let rows = sqlx::query(
        "SELECT * FROM (
             SELECT tenant, id, user_id, kind, value, platform, app_version, locale, timezone,
                 created_at, last_seen
             FROM devices WHERE tenant = $1 AND user_id = $2
             ORDER BY last_seen DESC, id DESC LIMIT $3
         ) AS theirs ORDER BY id DESC",
    )
    .bind(tenant.as_str())
    .bind(user.as_str())
    .bind(limit(Device::MAX_PER_USER))
    .fetch_all(connection)
    .await?;
    rows.iter().map(read).collect()
}

pub(super) async fn remove(
    connection: &mut PgConnection,
    tenant: &TenantId,
    user: &UserId,
    id: DeviceId,
) -> Result<bool, Fault> {
    let done = sqlx::query("DELETE FROM devices WHERE tenant = $1 AND user_id = $2 AND id = $3")
        .bind(tenant.as_str())
        .bind(user.as_str())
        .bind(id.0)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() > 0)
}

fn read(row: &PgRow) -> Result<Device, Fault> {
    let mut reader = Reader::new(row, "devices");
    Ok(Device {
        tenant: reader.tenant()?,
        id: DeviceId(reader.next("id")?),
        user_id: reader.parse("user_id", UserId::parse)?,
        kind: reader.parse("kind", str::parse)?,
        value: reader.parse("value", DeviceValue::parse)?,
        platform: reader.parse("platform", str::parse)?,
        app_version: reader.next("app_version")?,
        locale: reader.next("locale")?,
        timezone: reader.next("timezone")?,
        created_at: reader.next("created_at")?,
        last_seen: reader.next("last_seen")?,
    })
}
