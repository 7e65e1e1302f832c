//! Choices in memory; nothing waits here, so nothing is made due.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use async_trait::async_trait;
use campanile_domain::{
    Channel, EffectivePreferences, EmailAddress, Preferences, TenantId, TenantPreferences, UserId,
};
use campanile_storage::{AddressBook, PreferenceBook, Recipient, RescheduleStep, StorageError};
use chrono::{DateTime, Utc};

use super::MemoryStorage;

#[async_trait]
impl PreferenceBook for MemoryStorage {
    async fn put_preferences(
        &self,
        tenant: &TenantId,
        user: &UserId,
        choices: &Preferences,
        _now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        self.up()?;
        let who = (tenant.clone(), user.clone());
        let mut all = self.preferences.lock().unwrap();
        all.insert(who, Arc::new(choices.clone()));
        Ok(())
    }

    async fn put_tenant_preferences(
        &self,
        tenant: &TenantId,
        set: &TenantPreferences,
        _now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        self.up()?;
        let mut all = self.tenant_preferences.lock().unwrap();
        all.insert(tenant.clone(), Arc::new(set.clone()));
        Ok(())
    }

    async fn tenant_preferences(
        &self,
        tenant: &TenantId,
    ) -> Result<TenantPreferences, StorageError> {
        self.up()?;
        let all = self.tenant_preferences.lock().unwrap();
        Ok(all
            .get(tenant)
            .map(|set| (**set).clone())
            .unwrap_or_default())
    }

    async fn recipients(
        &self,
        tenant: &TenantId,
        users: &[UserId],
    ) -> Result<Vec<Recipient>, StorageError> {
        let mut found = Vec::new();
        for user in users {
            let person = self.user(tenant, user).await?;
            let devices = self.devices(tenant, user).await?;
            let pushes = devices.iter().map(|device| {
                let address = format!("{}:{}", device.kind.name(), device.value.as_str());
                (Channel::Push, address)
            });
            let mail = person.as_ref().and_then(|person| person.email.as_ref());
            let mail = mail.map(|mail| (Channel::Email, EmailAddress::as_str(mail).to_owned()));
            let set = self.tenant_preferences.lock().unwrap().get(tenant).cloned();
            let who = (tenant.clone(), user.clone());
            let own = self.preferences.lock().unwrap().get(&who).cloned();
            let zone = person
                .as_ref()
                .and_then(|person| person.timezone.as_deref());
            found.push(Recipient {
                addresses: pushes.chain(mail).collect(),
                preferences: EffectivePreferences::new(set, own).in_zone(zone),
            });
        }
        Ok(found)
    }

    async fn reschedule_step(
        &self,
        _tenant: &TenantId,
        _now: DateTime<Utc>,
    ) -> Result<RescheduleStep, StorageError> {
        self.up()?;
        if self.reschedules_fail.load(Ordering::Relaxed) {
            return Err(StorageError::Unavailable("switched off".into()));
        }
        Ok(RescheduleStep::default())
    }

    async fn broken_off_reschedules(
        &self,
        _before: DateTime<Utc>,
        _limit: u32,
    ) -> Result<Vec<TenantId>, StorageError> {
        self.up()?;
        Ok(Vec::new())
    }

    async fn put_off_reschedule(
        &self,
        _tenant: &TenantId,
        _now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        self.up()
    }
}
