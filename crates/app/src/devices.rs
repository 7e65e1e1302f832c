//! Devices, which apps register for their users.

use campanile_domain::{
    Clock, Device, DeviceId, DeviceKind, DeviceValue, Platform, Random, TenantId, UserId,
};
use campanile_storage::{Storage, StorageError};

/// What an app says of the device that it runs on.
#[derive(Debug, Clone)]
pub struct DeviceDetails {
    /// The kind of push address.
    pub kind: DeviceKind,
    /// The push address.
    pub value: DeviceValue,
    /// The platform of the app.
    pub platform: Platform,
    /// The version of the app.
    pub app_version: Option<String>,
    /// BCP 47 tag.
    pub locale: Option<String>,
    /// IANA time zone or offset.
    pub timezone: Option<String>,
}

/// A device that was registered.
#[derive(Debug, Clone)]
pub struct Registered {
    /// The device as it is stored.
    pub device: Device,
    /// Whether this user did not have it before.
    pub is_new: bool,
}

/// Registers a device for a user, or refreshes its registration.
///
/// # Errors
/// [`StorageError`].
pub async fn register(
    storage: &dyn Storage,
    clock: &dyn Clock,
    random: &Random,
    (tenant, user): (&TenantId, &UserId),
    details: DeviceDetails,
) -> Result<Registered, StorageError> {
    let now = clock.now();
    let device = Device {
        id: DeviceId::new(now, random),
        tenant: tenant.clone(),
        user_id: user.clone(),
        kind: details.kind,
        value: details.value,
        platform: details.platform,
        app_version: details.app_version,
        locale: details.locale,
        timezone: details.timezone,
        created_at: now,
        last_seen: now,
    };
    let (device, is_new) = storage.put_device(&device).await?;
    Ok(Registered { device, is_new })
}

/// Removes a user's device. `false`: they have none with this id.
///
/// # Errors
/// [`StorageError`].
pub async fn remove(
    storage: &dyn Storage,
    tenant: &TenantId,
    user: &UserId,
    id: DeviceId,
) -> Result<bool, StorageError> {
    storage.remove_device(tenant, user, id).await
}
