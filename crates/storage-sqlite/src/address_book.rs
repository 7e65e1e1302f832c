//! Users, their devices, and their addresses in other channels.

mod devices;
mod others;
mod readers;
mod replace;
mod settle;
mod usable;
mod users;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use async_trait::async_trait;
use campanile_domain::{
    Channel, Device, DeviceId, EmailAddress, TenantId, User, UserAddress, UserId,
};
use campanile_storage::{AddressBook, KnownReader, Person, StorageError};
use sqlx::sqlite::SqliteRow;

use crate::SqliteStorage;
use crate::error::{storage_error, undecodable};
use crate::rows::get;
pub(crate) use devices::in_form as device_in_form;
pub(crate) use replace::replace;
pub(crate) use settle::settle_address;
pub(crate) use usable::addresses;
pub(crate) use users::{before as user_before, erase, put as put_user};

#[async_trait]
impl AddressBook for SqliteStorage {
    async fn user(&self, tenant: &TenantId, id: &UserId) -> Result<Option<User>, StorageError> {
        let opening = self.opening(tenant).await?;
        let row = sqlx::query(
            "SELECT tenant, user_id, email, email_gone_at, locale, timezone, attributes, \
             created_at, updated_at FROM users WHERE tenant = ? AND user_id = ?",
        )
        .bind(tenant.as_str())
        .bind(id.as_str())
        .fetch_optional(&self.readers)
        .await
        .map_err(storage_error)?;
        let read = |row| users::read(row, &opening);
        row.as_ref().map(read).transpose()
    }

    async fn users_by_email(
        &self,
        tenant: &TenantId,
        email: &EmailAddress,
        limit: u32,
    ) -> Result<Vec<UserId>, StorageError> {
        let opening = self.opening(tenant).await?;
        users::by_email(&self.readers, &opening, email, limit).await
    }

    async fn readers(
        &self,
        people: &BTreeSet<(&TenantId, &UserId)>,
    ) -> Result<HashMap<Person, KnownReader>, StorageError> {
        readers::of(&self.readers, people).await
    }

    async fn attributes(
        &self,
        people: &BTreeSet<(&TenantId, &UserId)>,
    ) -> Result<HashMap<Person, String>, StorageError> {
        readers::attributes(&self.readers, people).await
    }

    async fn put_device(&self, device: &Device) -> Result<(Device, bool), StorageError> {
        let (device, ring) = (device.clone(), Arc::clone(&self.keys));
        self.writer
            .write(move |connection| Box::pin(devices::put(connection, ring, device)))
            .await
    }

    async fn devices(&self, tenant: &TenantId, user: &UserId) -> Result<Vec<Device>, StorageError> {
        let opening = self.opening(tenant).await?;
        let rows = sqlx::query(
            "SELECT tenant, id, user_id, kind, value, platform, app_version, locale, timezone, \
             created_at, last_seen FROM devices WHERE tenant = ? AND user_id = ? ORDER BY id DESC",
        )
        .bind(tenant.as_str())
        .bind(user.as_str())
        .fetch_all(&self.readers)
        .await
        .map_err(storage_error)?;
        let read = |row| devices::read(row, &opening).transpose();
        rows.iter().filter_map(read).collect()
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

    async fn put_user_address(
        &self,
        address: &UserAddress,
    ) -> Result<(UserAddress, bool), StorageError> {
        let (address, ring) = (address.clone(), Arc::clone(&self.keys));
        self.writer
            .write(move |connection| Box::pin(others::put(connection, ring, address)))
            .await
    }

    async fn user_addresses(
        &self,
        tenant: &TenantId,
        user: &UserId,
    ) -> Result<Vec<UserAddress>, StorageError> {
        let opening = self.opening(tenant).await?;
        others::of(&self.readers, &opening, tenant, user).await
    }

    async fn remove_user_address(
        &self,
        tenant: &TenantId,
        user: &UserId,
        channel: Channel,
    ) -> Result<bool, StorageError> {
        let (tenant, user) = (tenant.clone(), user.clone());
        self.writer
            .write(move |connection| Box::pin(others::remove(connection, tenant, user, channel)))
            .await
    }
}

fn user_id(row: &SqliteRow, table: &'static str) -> Result<UserId, StorageError> {
    UserId::parse(get(row, "user_id")?).map_err(|e| undecodable(table, "user_id", e))
}
