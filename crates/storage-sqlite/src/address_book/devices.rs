//! Devices.

use campanile_domain::{Device, DeviceId, DeviceValue};
use campanile_storage::StorageError;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::user_id;
use crate::error::{storage_error, undecodable};
use crate::rows::{get, micros, moment, tenant};

pub(super) async fn put(
    connection: &mut SqliteConnection,
    device: Device,
) -> Result<(Device, bool), StorageError> {
    sqlx::query("DELETE FROM devices WHERE tenant = ? AND kind = ? AND value = ? AND user_id <> ?")
        .bind(device.tenant.as_str())
        .bind(device.kind.name())
        .bind(device.value.as_str())
        .bind(device.user_id.as_str())
        .execute(&mut *connection)
        .await
        .map_err(storage_error)?;
    let row = sqlx::query(
        "INSERT INTO devices (tenant, id, user_id, kind, value, platform, app_version, locale, \
         timezone, created_at, last_seen) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
         ON CONFLICT (tenant, kind, value) DO UPDATE SET platform = excluded.platform, \
         app_version = excluded.app_version, locale = excluded.locale, \
         timezone = excluded.timezone, last_seen = excluded.last_seen, detached_at = NULL \
         RETURNING tenant, id, user_id, kind, value, platform, app_version, locale, timezone, \
         created_at, last_seen",
    )
    .bind(device.tenant.as_str())
    .bind(device.id.0)
    .bind(device.user_id.as_str())
    .bind(device.kind.name())
    .bind(device.value.as_str())
    .bind(device.platform.name())
    .bind(device.app_version.as_deref())
    .bind(device.locale.as_deref())
    .bind(device.timezone.as_deref())
    .bind(micros(device.created_at))
    .bind(micros(device.last_seen))
    .fetch_one(&mut *connection)
    .await
    .map_err(storage_error)?;
    let stored = read(&row)?;
    sqlx::query(
        "DELETE FROM devices WHERE tenant = ?1 AND user_id = ?2 AND id IN (SELECT id FROM devices \
         WHERE tenant = ?1 AND user_id = ?2 ORDER BY last_seen DESC, id DESC LIMIT -1 OFFSET ?3)",
    )
    .bind(device.tenant.as_str())
    .bind(device.user_id.as_str())
    .bind(Device::MAX_PER_USER as i64)
    .execute(connection)
    .await
    .map_err(storage_error)?;
    let new = stored.id == device.id;
    Ok((stored, new))
}

pub(super) fn read(row: &SqliteRow) -> Result<Device, StorageError> {
    let bad = |column: &'static str| move |e| undecodable("devices", column, e);
    Ok(Device {
        tenant: tenant(row)?,
        id: DeviceId(row.try_get("id").map_err(storage_error)?),
        user_id: user_id(row, "devices")?,
        kind: get::<&str>(row, "kind")?.parse().map_err(bad("kind"))?,
        value: DeviceValue::parse(get(row, "value")?).map_err(bad("value"))?,
        platform: get::<&str>(row, "platform")?
            .parse()
            .map_err(bad("platform"))?,
        app_version: get(row, "app_version")?,
        locale: get(row, "locale")?,
        timezone: get(row, "timezone")?,
        created_at: moment(get(row, "created_at")?)?,
        last_seen: moment(get(row, "last_seen")?)?,
    })
}
