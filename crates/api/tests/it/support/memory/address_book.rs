//! Users and devices in memory, with every rule of the trait.

use std::cmp::Reverse;

use async_trait::async_trait;
use campanile_domain::{Device, DeviceId, TenantId, User, UserId};
use campanile_storage::{AddressBook, StorageError};

use super::MemoryStorage;

/// Removes what `is_gone` says; whether there was any.
fn take_out<T>(rows: &mut Vec<T>, is_gone: impl Fn(&T) -> bool) -> bool {
    let before = rows.len();
    rows.retain(|row| !is_gone(row));
    rows.len() < before
}

#[async_trait]
impl AddressBook for MemoryStorage {
    async fn put_user(&self, user: &User) -> Result<bool, StorageError> {
        self.up()?;
        let mut users = self.users.lock().unwrap();
        let known = users
            .iter_mut()
            .find(|known| known.tenant == user.tenant && known.id == user.id);
        let Some(known) = known else {
            users.push(user.clone());
            return Ok(true);
        };
        let (created_at, gone_at) = (known.created_at, known.email_gone_at);
        let same_address = known.email == user.email;
        *known = user.clone();
        known.created_at = created_at;
        known.email_gone_at = gone_at.filter(|_| same_address);
        Ok(false)
    }

    async fn user(&self, tenant: &TenantId, id: &UserId) -> Result<Option<User>, StorageError> {
        self.up()?;
        let users = self.users.lock().unwrap();
        let found = users.iter().find(|u| u.tenant == *tenant && u.id == *id);
        Ok(found.cloned())
    }

    async fn erase_user(&self, tenant: &TenantId, id: &UserId) -> Result<bool, StorageError> {
        self.up()?;
        let mut rows = self.rows.lock().unwrap();
        let theirs: Vec<_> = rows
            .iter()
            .filter(|n| n.tenant == *tenant && n.user_id == *id)
            .map(|n| n.id)
            .collect();
        rows.retain(|n| !theirs.contains(&n.id));
        self.deliveries
            .lock()
            .unwrap()
            .retain(|d| !theirs.contains(&d.notification_id));
        let had_devices = take_out(&mut self.devices.lock().unwrap(), |d| {
            d.tenant == *tenant && d.user_id == *id
        });
        let was_known = take_out(&mut self.users.lock().unwrap(), |u| {
            u.tenant == *tenant && u.id == *id
        });
        Ok(!theirs.is_empty() || had_devices || was_known)
    }

    async fn put_device(&self, device: &Device) -> Result<(Device, bool), StorageError> {
        self.up()?;
        let mut devices = self.devices.lock().unwrap();
        let is_it = |d: &Device| {
            d.tenant == device.tenant && d.kind == device.kind && d.value == device.value
        };
        devices.retain(|d| !is_it(d) || d.user_id == device.user_id);
        if let Some(known) = devices.iter_mut().find(|d| is_it(d)) {
            let (id, created_at) = (known.id, known.created_at);
            *known = Device {
                id,
                created_at,
                ..device.clone()
            };
            return Ok((known.clone(), false));
        }
        devices.push(device.clone());
        let is_theirs = |d: &Device| d.tenant == device.tenant && d.user_id == device.user_id;
        let mut theirs: Vec<_> = devices.iter().filter(|d| is_theirs(d)).collect();
        theirs.sort_by_key(|d| Reverse((d.last_seen, d.id)));
        let too_many = theirs.iter().skip(Device::MAX_PER_USER).map(|d| d.id);
        let too_many: Vec<_> = too_many.collect();
        devices.retain(|d| !is_theirs(d) || !too_many.contains(&d.id));
        Ok((device.clone(), true))
    }

    async fn devices(&self, tenant: &TenantId, user: &UserId) -> Result<Vec<Device>, StorageError> {
        self.up()?;
        let devices = self.devices.lock().unwrap();
        let theirs = devices
            .iter()
            .filter(|d| d.tenant == *tenant && d.user_id == *user);
        let mut theirs: Vec<_> = theirs.cloned().collect();
        theirs.sort_by_key(|d| Reverse(d.id));
        Ok(theirs)
    }

    async fn remove_device(
        &self,
        tenant: &TenantId,
        user: &UserId,
        id: DeviceId,
    ) -> Result<bool, StorageError> {
        self.up()?;
        Ok(take_out(&mut self.devices.lock().unwrap(), |d| {
            d.tenant == *tenant && d.user_id == *user && d.id == id
        }))
    }
}
