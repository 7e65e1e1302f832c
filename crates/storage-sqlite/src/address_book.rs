//! Users and their devices.

use async_trait::async_trait;
use campanile_domain::{
    AddressFate, Channel, Device, DeviceId, DeviceValue, EmailAddress, NotificationId, TenantId,
    User, UserId,
};
use campanile_storage::{AddressBook, FinishedDelivery, StorageError};
use chrono::Utc;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use crate::SqliteStorage;
use crate::error::{storage_error, undecodable};
use crate::rows::{get, get_moment, micros, moment, tenant};

#[async_trait]
impl AddressBook for SqliteStorage {
    async fn put_user(&self, user: &User) -> Result<bool, StorageError> {
        let user = user.clone();
        self.writer
            .write(move |connection| Box::pin(put_user(connection, user)))
            .await
    }

    async fn user(&self, tenant: &TenantId, id: &UserId) -> Result<Option<User>, StorageError> {
        let row = sqlx::query(
            "SELECT tenant, user_id, email, email_gone_at, locale, timezone, attributes, \
             created_at, updated_at FROM users WHERE tenant = ? AND user_id = ?",
        )
        .bind(tenant.as_str())
        .bind(id.as_str())
        .fetch_optional(&self.readers)
        .await
        .map_err(storage_error)?;
        row.as_ref().map(read_user).transpose()
    }

    async fn erase_user(&self, tenant: &TenantId, id: &UserId) -> Result<bool, StorageError> {
        let (tenant, id) = (tenant.clone(), id.clone());
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    let mut erased = 0;
                    // What waits for a row that is gone finds nothing and goes by itself.
                    for sql in [
                        "DELETE FROM deliveries WHERE tenant = ?1 AND notification_id IN \
                         (SELECT id FROM notifications WHERE tenant = ?1 AND user_id = ?2)",
                        "DELETE FROM notifications WHERE tenant = ?1 AND user_id = ?2",
                        "DELETE FROM dead_letters WHERE tenant = ?1 AND user_id = ?2",
                        "DELETE FROM devices WHERE tenant = ?1 AND user_id = ?2",
                        "DELETE FROM users WHERE tenant = ?1 AND user_id = ?2",
                    ] {
                        let done = sqlx::query(sql)
                            .bind(tenant.as_str())
                            .bind(id.as_str())
                            .execute(&mut *connection)
                            .await
                            .map_err(storage_error)?;
                        erased += done.rows_affected();
                    }
                    Ok(erased > 0)
                })
            })
            .await
    }

    async fn put_device(&self, device: &Device) -> Result<(Device, bool), StorageError> {
        let device = device.clone();
        self.writer
            .write(move |connection| Box::pin(put_device(connection, device)))
            .await
    }

    async fn devices(&self, tenant: &TenantId, user: &UserId) -> Result<Vec<Device>, StorageError> {
        let rows = sqlx::query(
            "SELECT tenant, id, user_id, kind, value, platform, app_version, locale, timezone, \
             created_at, last_seen FROM devices WHERE tenant = ? AND user_id = ? ORDER BY id DESC",
        )
        .bind(tenant.as_str())
        .bind(user.as_str())
        .fetch_all(&self.readers)
        .await
        .map_err(storage_error)?;
        rows.iter().map(read_device).collect()
    }

    async fn remove_device(
        &self,
        tenant: &TenantId,
        user: &UserId,
        id: DeviceId,
    ) -> Result<bool, StorageError> {
        let (tenant, user) = (tenant.clone(), user.clone());
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    sqlx::query("DELETE FROM devices WHERE tenant = ? AND user_id = ? AND id = ?")
                        .bind(tenant.as_str())
                        .bind(user.as_str())
                        .bind(id.0)
                        .execute(connection)
                        .await
                        .map(|done| done.rows_affected() > 0)
                        .map_err(storage_error)
                })
            })
            .await
    }
}

async fn put_user(connection: &mut SqliteConnection, user: User) -> Result<bool, StorageError> {
    let known: bool =
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM users WHERE tenant = ? AND user_id = ?)")
            .bind(user.tenant.as_str())
            .bind(user.id.as_str())
            .fetch_one(&mut *connection)
            .await
            .map_err(storage_error)?;
    sqlx::query(
        "INSERT INTO users (tenant, user_id, email, locale, timezone, attributes, created_at, \
         updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) \
         ON CONFLICT (tenant, user_id) DO UPDATE SET \
         email_gone_at = iif(email IS excluded.email, email_gone_at, NULL), \
         email = excluded.email, locale = excluded.locale, timezone = excluded.timezone, \
         attributes = excluded.attributes, updated_at = excluded.updated_at",
    )
    .bind(user.tenant.as_str())
    .bind(user.id.as_str())
    .bind(user.email.as_ref().map(EmailAddress::as_str))
    .bind(user.locale.as_deref())
    .bind(user.timezone.as_deref())
    .bind(&*user.attributes)
    .bind(micros(user.created_at))
    .bind(micros(user.updated_at))
    .execute(connection)
    .await
    .map_err(storage_error)?;
    Ok(!known)
}

async fn put_device(
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
    let stored = read_device(&row)?;
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

/// Takes addresses out of use that a provider says are gone or another account's.
pub(crate) async fn settle_address(
    connection: &mut SqliteConnection,
    result: &FinishedDelivery,
) -> Result<(), StorageError> {
    let began = result
        .attempt
        .as_ref()
        .map_or_else(Utc::now, |a| a.started_at);
    let sql = match (result.address, result.channel) {
        (AddressFate::Kept, _) => return Ok(()),
        (AddressFate::Gone, Channel::Push) => {
            "DELETE FROM devices WHERE tenant = ?1 AND last_seen <= ?4 AND (user_id, kind || ':' || \
             value) = (SELECT n.user_id, d.address FROM deliveries d JOIN notifications n \
             ON n.tenant = d.tenant AND n.id = d.notification_id \
             WHERE d.tenant = ?1 AND d.notification_id = ?2 AND d.id = ?3)"
        }
        (AddressFate::Detached, Channel::Push) => {
            "UPDATE devices SET detached_at = ?5 WHERE tenant = ?1 AND last_seen <= ?4 AND (user_id, \
             kind || ':' || value) = (SELECT n.user_id, d.address FROM deliveries d \
             JOIN notifications n ON n.tenant = d.tenant AND n.id = d.notification_id \
             WHERE d.tenant = ?1 AND d.notification_id = ?2 AND d.id = ?3)"
        }
        (_, Channel::Email) => {
            "UPDATE users SET email_gone_at = ?5 WHERE tenant = ?1 AND updated_at <= ?4 AND \
             (user_id, email) = (SELECT n.user_id, d.address FROM deliveries d \
             JOIN notifications n ON n.tenant = d.tenant AND n.id = d.notification_id \
             WHERE d.tenant = ?1 AND d.notification_id = ?2 AND d.id = ?3)"
        }
        _ => return Ok(()),
    };
    sqlx::query(sql)
        .bind(result.tenant.as_str())
        .bind(result.notification_id.0)
        .bind(result.delivery_id.0)
        .bind(micros(began))
        .bind(micros(Utc::now()))
        .execute(connection)
        .await
        .map(drop)
        .map_err(storage_error)
}

/// The usable addresses of the users of one tenant's notifications.
pub(crate) async fn addresses(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    notifications: &[NotificationId],
) -> Result<Vec<(UserId, Channel, String)>, StorageError> {
    let mut query = sqlx::QueryBuilder::new(
        "WITH who AS (SELECT DISTINCT tenant, user_id FROM notifications WHERE tenant = ",
    );
    query.push_bind(tenant.as_str()).push(" AND id IN (");
    let mut list = query.separated(", ");
    for id in notifications {
        list.push_bind(id.0);
    }
    list.push_unseparated(
        ")) SELECT d.user_id, 'push' AS channel, d.kind || ':' || d.value AS address \
         FROM who JOIN devices d ON d.tenant = who.tenant AND d.user_id = who.user_id \
         WHERE d.detached_at IS NULL \
         UNION ALL SELECT u.user_id, 'email', u.email \
         FROM who JOIN users u ON u.tenant = who.tenant AND u.user_id = who.user_id \
         WHERE u.email IS NOT NULL AND u.email_gone_at IS NULL",
    );
    let rows = query
        .build()
        .fetch_all(connection)
        .await
        .map_err(storage_error)?;
    let read = |row: &SqliteRow| {
        Ok((
            user_id(row, "users")?,
            crate::rows::channel(get(row, "channel")?)?,
            get(row, "address")?,
        ))
    };
    rows.iter().map(read).collect()
}

fn user_id(row: &SqliteRow, table: &'static str) -> Result<UserId, StorageError> {
    UserId::parse(get(row, "user_id")?).map_err(|e| undecodable(table, "user_id", e))
}

fn read_user(row: &SqliteRow) -> Result<User, StorageError> {
    let email: Option<&str> = get(row, "email")?;
    Ok(User {
        tenant: tenant(row)?,
        id: user_id(row, "users")?,
        email: email
            .map(EmailAddress::parse)
            .transpose()
            .map_err(|e| undecodable("users", "email", e))?,
        email_gone_at: get_moment(row, "email_gone_at")?,
        locale: get(row, "locale")?,
        timezone: get(row, "timezone")?,
        attributes: get::<&str>(row, "attributes")?.into(),
        created_at: moment(get(row, "created_at")?)?,
        updated_at: moment(get(row, "updated_at")?)?,
    })
}

fn read_device(row: &SqliteRow) -> Result<Device, StorageError> {
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
