//! Installations of apps.

use campanile_domain::{Device, DeviceId, DeviceKind, DeviceValue, TenantId, UserId};
use campanile_sealing::{AddressKind, KeyRing, SealError};
use sqlx::PgConnection;
use sqlx::postgres::PgRow;

use crate::addresses::opened;
use crate::connection::limit;
use crate::error::Fault;
use crate::rows::Reader;

pub(super) async fn put(
    connection: &mut PgConnection,
    keys: &KeyRing,
    device: &Device,
) -> Result<(Device, bool), Fault> {
    let (tenant, kind) = (&device.tenant, AddressKind::Device(device.kind));
    let value = keys.address(tenant, kind, device.value.as_str())?;
    let forms = keys.address_forms(tenant, kind, device.value.as_str())?;
    // Another user's row makes way, so that it gets a new id and an old one can't be guessed back.
    sqlx::query(
        "DELETE FROM devices WHERE value = ANY ($3) AND kind = $2 AND tenant = $1
             AND user_id <> $4",
    )
    .bind(tenant.as_str())
    .bind(device.kind.name())
    .bind(&forms)
    .bind(device.user_id.as_str())
    .execute(&mut *connection)
    .await?;
    if forms.len() > 1 {
        let of = (tenant, device.kind.name());
        in_form(connection, of, &value, &forms).await?;
    }
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
    .bind(&*value)
    .bind(device.platform.name())
    .bind(&device.app_version)
    .bind(&device.locale)
    .bind(&device.timezone)
    .bind(device.created_at)
    .bind(device.last_seen)
    .fetch_one(&mut *connection)
    .await?;
    let Some(stored) = read(&row, keys)? else {
        return Err(SealError::AnotherKey.into());
    };
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

/// The row of a device gets the form in which it would be stored now. If there are several, because processes have
/// stored it in several forms at once, the one that was seen last stays.
pub(crate) async fn in_form(
    connection: &mut PgConnection,
    (tenant, kind): (&TenantId, &str),
    value: &str,
    forms: &[String],
) -> Result<(), Fault> {
    for statement in [
        "DELETE FROM devices WHERE value = ANY ($3) AND kind = $2 AND tenant = $1 AND id <> (
             SELECT id FROM devices WHERE value = ANY ($3) AND kind = $2 AND tenant = $1
             ORDER BY last_seen DESC, value = $4 DESC LIMIT 1)",
        "UPDATE devices SET value = $4
         WHERE value = ANY ($3) AND kind = $2 AND tenant = $1 AND value <> $4",
    ] {
        sqlx::query(statement)
            .bind(tenant.as_str())
            .bind(kind)
            .bind(forms)
            .bind(value)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// One that cannot be opened is left out.
pub(super) async fn of(
    connection: &mut PgConnection,
    keys: &KeyRing,
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
    let read = |row| read(row, keys).transpose();
    rows.iter().filter_map(read).collect()
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

fn read(row: &PgRow, keys: &KeyRing) -> Result<Option<Device>, Fault> {
    let mut reader = Reader::new(row, "devices");
    let tenant = reader.tenant()?;
    let id = DeviceId(reader.next("id")?);
    let user_id = reader.parse("user_id", UserId::parse)?;
    let kind: DeviceKind = reader.parse("kind", str::parse)?;
    let stored: &str = reader.next("value")?;
    let Some(value) = opened(keys, &tenant, AddressKind::Device(kind), stored)? else {
        return Ok(None);
    };
    let value = DeviceValue::parse(&value);
    Ok(Some(Device {
        tenant,
        id,
        user_id,
        kind,
        value: value.map_err(|error| reader.undecodable("value", error.to_string()))?,
        platform: reader.parse("platform", str::parse)?,
        app_version: reader.next("app_version")?,
        locale: reader.next("locale")?,
        timezone: reader.next("timezone")?,
        created_at: reader.next("created_at")?,
        last_seen: reader.next("last_seen")?,
    }))
}
