//! Devices.

use std::sync::Arc;

use campanile_domain::{Device, DeviceId, DeviceKind, DeviceValue, TenantId};
use campanile_sealing::{AddressKind, KeyRing, SealError};
use campanile_storage::StorageError;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::user_id;
use crate::addresses::{list, to_store};
use crate::error::{storage_error, undecodable};
use crate::keys::{self, Opening, cannot_seal};
use crate::rows::{get, micros, moment, tenant};

pub(super) async fn put(
    connection: &mut SqliteConnection,
    ring: Arc<KeyRing>,
    device: Device,
) -> Result<(Device, bool), StorageError> {
    let (tenant, kind) = (&device.tenant, AddressKind::Device(device.kind));
    let value = to_store(&ring, connection, tenant, kind, device.value.as_str()).await?;
    let opening = keys::opening(&ring, connection, tenant).await?;
    let forms = opening.forms(kind, device.value.as_str())?;
    sqlx::query(
        "DELETE FROM devices WHERE tenant = ?1 AND kind = ?2 AND value IN (SELECT value FROM json_each(?3)) \
         AND user_id <> ?4",
    )
    .bind(tenant.as_str())
    .bind(device.kind.name())
    .bind(list(&forms))
    .bind(device.user_id.as_str())
    .execute(&mut *connection)
    .await
    .map_err(storage_error)?;
    in_form(connection, (tenant, device.kind.name()), &value, &forms).await?;
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
    .bind(&value)
    .bind(device.platform.name())
    .bind(device.app_version.as_deref())
    .bind(device.locale.as_deref())
    .bind(device.timezone.as_deref())
    .bind(micros(device.created_at))
    .bind(micros(device.last_seen))
    .fetch_one(&mut *connection)
    .await
    .map_err(storage_error)?;
    let opening = keys::opening(&ring, connection, tenant).await?;
    let Some(stored) = read(&row, &opening)? else {
        return Err(cannot_seal(SealError::AnotherKey));
    };
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

/// The row of a device gets the form in which it would be stored now. If there are several, as after an import, the one that was
/// seen last stays.
pub(crate) async fn in_form(
    connection: &mut SqliteConnection,
    (tenant, kind): (&TenantId, &str),
    value: &str,
    forms: &[String],
) -> Result<(), StorageError> {
    for statement in [
        "DELETE FROM devices WHERE tenant = ?1 AND kind = ?2 AND value IN (SELECT value FROM json_each(?3)) \
         AND id <> (SELECT id FROM devices WHERE tenant = ?1 AND kind = ?2 \
         AND value IN (SELECT value FROM json_each(?3)) ORDER BY last_seen DESC, value = ?4 DESC LIMIT 1)",
        "UPDATE devices SET value = ?4 WHERE tenant = ?1 AND kind = ?2 AND value <> ?4 \
         AND value IN (SELECT value FROM json_each(?3))",
    ] {
        sqlx::query(statement)
            .bind(tenant.as_str())
            .bind(kind)
            .bind(list(forms))
            .bind(value)
            .execute(&mut *connection)
            .await
            .map_err(storage_error)?;
    }
    Ok(())
}

/// `None`: its address cannot be opened.
pub(super) fn read(row: &SqliteRow, opening: &Opening<'_>) -> Result<Option<Device>, StorageError> {
    let bad = |column: &'static str| move |e| undecodable("devices", column, e);
    let kind: DeviceKind = get::<&str>(row, "kind")?.parse().map_err(bad("kind"))?;
    let Some(value) = opening.address(AddressKind::Device(kind), get(row, "value")?) else {
        return Ok(None);
    };
    Ok(Some(Device {
        tenant: tenant(row)?,
        id: DeviceId(row.try_get("id").map_err(storage_error)?),
        user_id: user_id(row, "devices")?,
        kind,
        value: DeviceValue::parse(&value).map_err(bad("value"))?,
        platform: get::<&str>(row, "platform")?
            .parse()
            .map_err(bad("platform"))?,
        app_version: get(row, "app_version")?,
        locale: get(row, "locale")?,
        timezone: get(row, "timezone")?,
        created_at: moment(get(row, "created_at")?)?,
        last_seen: moment(get(row, "last_seen")?)?,
    }))
}
