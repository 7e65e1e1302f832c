//! Users, their devices, and their addresses in other channels.

mod devices;
mod lock;
mod others;
mod readers;
mod replace;
mod settle;
mod usable;
mod users;

use std::collections::{BTreeSet, HashMap};

use async_trait::async_trait;
use campanile_domain::{
    Channel, Device, DeviceId, EmailAddress, TenantId, User, UserAddress, UserId,
};
use campanile_storage::{AddressBook, KnownReader, Person, StorageError};

use crate::PostgresStorage;
use crate::connection::{Kind, Scope, alone, transact};
pub(crate) use devices::in_form as device_in_form;
pub(crate) use lock::{
    alone as people_alone, no_erasure, shared as share_people, shared_later as share_people_later,
};
pub(crate) use replace::replace;
pub(crate) use settle::settle;
pub(crate) use usable::usable;
pub(crate) use users::{erase, lock as lock_user, upsert};

#[async_trait]
impl AddressBook for PostgresStorage {
    async fn user(&self, tenant: &TenantId, id: &UserId) -> Result<Option<User>, StorageError> {
        let pool = &self.pools.app;
        let found = transact!(pool, Kind::Read, &Scope::one(tenant), |connection| {
            users::get(connection, pool.keys(), tenant, id).await
        });
        Ok(found?)
    }

    async fn users_by_email(
        &self,
        tenant: &TenantId,
        email: &EmailAddress,
        limit: u32,
    ) -> Result<Vec<UserId>, StorageError> {
        let pool = &self.pools.app;
        let found = transact!(pool, Kind::Read, &Scope::one(tenant), |connection| {
            users::by_email(connection, pool.keys(), tenant, email, limit).await
        });
        Ok(found?)
    }

    async fn readers(
        &self,
        people: &BTreeSet<(&TenantId, &UserId)>,
    ) -> Result<HashMap<Person, KnownReader>, StorageError> {
        let pool = self.pools.of(self.role);
        let found = alone!(pool, Kind::Read, |connection| {
            readers::of(connection, people).await
        });
        Ok(found?)
    }

    async fn attributes(
        &self,
        people: &BTreeSet<(&TenantId, &UserId)>,
    ) -> Result<HashMap<Person, String>, StorageError> {
        let pool = self.pools.of(self.role);
        let found = alone!(pool, Kind::Read, |connection| {
            readers::attributes(connection, people).await
        });
        Ok(found?)
    }

    async fn put_device(&self, device: &Device) -> Result<(Device, bool), StorageError> {
        let pool = &self.pools.app;
        let put = transact!(
            pool,
            Kind::Write,
            &Scope::one(&device.tenant),
            |connection| { devices::put(connection, pool.keys(), device).await }
        );
        Ok(put?)
    }

    async fn devices(&self, tenant: &TenantId, user: &UserId) -> Result<Vec<Device>, StorageError> {
        let pool = &self.pools.app;
        let found = transact!(pool, Kind::Read, &Scope::one(tenant), |connection| {
            devices::of(connection, pool.keys(), tenant, user).await
        });
        Ok(found?)
    }

    async fn remove_device(
        &self,
        tenant: &TenantId,
        user: &UserId,
        id: DeviceId,
    ) -> Result<bool, StorageError> {
        let pool = &self.pools.app;
        let removed = transact!(pool, Kind::Write, &Scope::one(tenant), |connection| {
            devices::remove(connection, tenant, user, id).await
        });
        Ok(removed?)
    }

    async fn put_user_address(
        &self,
        address: &UserAddress,
    ) -> Result<(UserAddress, bool), StorageError> {
        let (pool, scope) = (&self.pools.app, Scope::one(&address.tenant));
        let put = transact!(pool, Kind::Write, &scope, |connection| {
            others::put(connection, pool.keys(), address).await
        });
        Ok(put?)
    }

    async fn user_addresses(
        &self,
        tenant: &TenantId,
        user: &UserId,
    ) -> Result<Vec<UserAddress>, StorageError> {
        let pool = &self.pools.app;
        let found = transact!(pool, Kind::Read, &Scope::one(tenant), |connection| {
            others::of(connection, pool.keys(), tenant, user).await
        });
        Ok(found?)
    }

    async fn remove_user_address(
        &self,
        tenant: &TenantId,
        user: &UserId,
        channel: Channel,
    ) -> Result<bool, StorageError> {
        let pool = &self.pools.app;
        let removed = transact!(pool, Kind::Write, &Scope::one(tenant), |connection| {
            others::remove(connection, tenant, user, channel).await
        });
        Ok(removed?)
    }
}
