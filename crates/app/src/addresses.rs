//! Addresses of users in channels of recipes: a chat, a number, a webhook of their own. Users register them, and services for
//! their users.

use campanile_domain::{Channel, Clock, TenantId, UserAddress, UserId};
use campanile_fields::FieldError;
use campanile_providers::ProviderService;
use campanile_storage::{Storage, StorageError};

/// What is said of an address.
#[derive(Debug, Clone)]
pub struct AddressDetails {
    /// The channel.
    pub channel: Channel,
    /// The address, as the service of the channel knows it.
    pub address: String,
}

/// An address that was registered.
#[derive(Debug, Clone)]
pub struct RegisteredAddress {
    /// The address as it is stored.
    pub address: UserAddress,
    /// Whether the user had none in this channel.
    pub is_new: bool,
}

/// Why an address was not registered.
#[derive(Debug, thiserror::Error)]
pub enum AddressError {
    /// The channel has no addresses of users, or the address is not one of it.
    #[error("{}: {}", .0.field, .0.detail)]
    Field(FieldError),
    /// The database does not answer, or refuses.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Registers a user's address in a channel in the place of an earlier one. One that was gone is used again.
///
/// # Errors
/// [`AddressError`].
pub async fn register(
    storage: &dyn Storage,
    providers: &ProviderService,
    clock: &dyn Clock,
    (tenant, user): (&TenantId, &UserId),
    AddressDetails { channel, address }: AddressDetails,
) -> Result<RegisteredAddress, AddressError> {
    let checked = providers.check_user_address(channel, &address).await;
    let now = clock.now();
    let address = UserAddress {
        tenant: tenant.clone(),
        user_id: user.clone(),
        channel,
        text: checked.map_err(AddressError::Field)?,
        created_at: now,
        updated_at: now,
        gone_at: None,
    };
    let (address, is_new) = storage.put_user_address(&address).await?;
    Ok(RegisteredAddress { address, is_new })
}

/// Removes a user's address in the channel of this name, also one that is no longer served. `false`: they have none.
///
/// # Errors
/// [`StorageError`].
pub async fn remove(
    storage: &dyn Storage,
    tenant: &TenantId,
    user: &UserId,
    channel: &str,
) -> Result<bool, StorageError> {
    // Of the names in requests only known ones become channels: a process keeps every name that was one.
    let theirs = storage.user_addresses(tenant, user).await?;
    let found = theirs.iter().find(|one| one.channel.name() == channel);
    match found {
        Some(found) => {
            storage
                .remove_user_address(tenant, user, found.channel)
                .await
        }
        None => Ok(false),
    }
}
