//! Users and their devices.

mod devices;
mod locales;
mod replace;
mod settle;
mod usable;
mod users;

use std::collections::{BTreeSet, HashMap};

use async_trait::async_trait;
use campanile_domain::{Device, DeviceId, TenantId, User, UserId};
use campanile_storage::{AddressBook, Person, StorageError};
use chrono::{DateTime, Utc};
use sqlx::sqlite::SqliteRow;

use crate::SqliteStorage;
use crate::error::{storage_error, undecodable};
use crate::rows::get;
use crate::topics;
pub(crate) use replace::replace;
pub(crate) use settle::settle_address;
pub(crate) use usable::addresses;

#[async_trait]
impl AddressBook for SqliteStorage {
    async fn put_user(&self, user: &User) -> Result<bool, StorageError> {
        let user = user.clone();
        self.writer
            .write(move |connection| Box::pin(users::put(connection, user)))
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
        row.as_ref().map(users::read).transpose()
    }

    async fn locales(
        &self,
        people: &BTreeSet<(&TenantId, &UserId)>,
    ) -> Result<HashMap<Person, String>, StorageError> {
        locales::of(&self.readers, people).await
    }

    async fn erase_user(
        &self,
        tenant: &TenantId,
        id: &UserId,
        _now: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        let (tenant, id) = (tenant.clone(), id.clone());
        self.writer
            .erase(move |connection| {
                Box::pin(async move {
                    let mut erased = 0;
                    // What else waits for a row that is gone finds nothing and goes by itself.
                    for sql in [
                        "DELETE FROM deliveries WHERE tenant = ?1 AND notification_id IN \
                         (SELECT id FROM notifications WHERE tenant = ?1 AND user_id = ?2)",
                        "DELETE FROM notifications WHERE tenant = ?1 AND user_id = ?2",
                        "DELETE FROM dead_letters WHERE tenant = ?1 AND user_id = ?2",
                        "DELETE FROM devices WHERE tenant = ?1 AND user_id = ?2",
                        "DELETE FROM preferences WHERE tenant = ?1 AND user_id = ?2",
                        "DELETE FROM plan_marks WHERE tenant = ?1 AND user_id = ?2",
                        // What waits for their quiet hours bears their name.
                        "DELETE FROM schedule WHERE tenant = ?1 AND user_id = ?2",
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
                    erased += topics::forget(connection, &tenant, &id).await?;
                    Ok(erased > 0)
                })
            })
            .await
    }

    async fn put_device(&self, device: &Device) -> Result<(Device, bool), StorageError> {
        let device = device.clone();
        self.writer
            .write(move |connection| Box::pin(devices::put(connection, device)))
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
        rows.iter().map(devices::read).collect()
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

fn user_id(row: &SqliteRow, table: &'static str) -> Result<UserId, StorageError> {
    UserId::parse(get(row, "user_id")?).map_err(|e| undecodable(table, "user_id", e))
}
