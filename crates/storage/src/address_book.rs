//! Users, their devices, and their addresses in other channels.

use std::collections::{BTreeSet, HashMap};

use async_trait::async_trait;
use campanile_domain::{
    Channel, Device, DeviceId, EmailAddress, TenantId, User, UserAddress, UserId,
};

use crate::{Person, StorageError};

/// How a person reads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownReader {
    /// A language tag.
    pub locale: Option<String>,
    /// An IANA name.
    pub timezone: Option<String>,
}

/// Keeps users, devices and addresses.
#[async_trait]
pub trait AddressBook: Send + Sync {
    /// One user.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn user(&self, tenant: &TenantId, id: &UserId) -> Result<Option<User>, StorageError>;

    /// Up to `limit` users with this address, as it is written or in lower case, in any order.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn users_by_email(
        &self,
        tenant: &TenantId,
        email: &EmailAddress,
        limit: u32,
    ) -> Result<Vec<UserId>, StorageError>;

    /// How these people read, as far as something is known of it.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn readers(
        &self,
        people: &BTreeSet<(&TenantId, &UserId)>,
    ) -> Result<HashMap<Person, KnownReader>, StorageError>;

    /// The attributes of these people, each a JSON object; those without any are left out.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn attributes(
        &self,
        people: &BTreeSet<(&TenantId, &UserId)>,
    ) -> Result<HashMap<Person, String>, StorageError>;

    /// Stores a device, or refreshes the one with this kind and value: `last_seen` and what it says
    /// of itself; it is used again if it was detached. One that another user had moves to this
    /// one and counts as new. A user with more than [`Device::MAX_PER_USER`] loses those not seen
    /// for longest. Gives it as it is stored, and whether it is new.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn put_device(&self, device: &Device) -> Result<(Device, bool), StorageError>;

    /// A user's devices, newest first.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn devices(&self, tenant: &TenantId, user: &UserId) -> Result<Vec<Device>, StorageError>;

    /// Removes a user's device; `false` if they have none of this id.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn remove_device(
        &self,
        tenant: &TenantId,
        user: &UserId,
        id: DeviceId,
    ) -> Result<bool, StorageError>;

    /// Stores a user's address in a channel in the place of an earlier one, and takes it into use again if it was gone.
    /// Gives it as it is stored, and whether the user had none.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn put_user_address(
        &self,
        address: &UserAddress,
    ) -> Result<(UserAddress, bool), StorageError>;

    /// A user's addresses in channels of recipes, by channel.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn user_addresses(
        &self,
        tenant: &TenantId,
        user: &UserId,
    ) -> Result<Vec<UserAddress>, StorageError>;

    /// Removes a user's address in a channel; `false` if they have none.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn remove_user_address(
        &self,
        tenant: &TenantId,
        user: &UserId,
        channel: Channel,
    ) -> Result<bool, StorageError>;
}
