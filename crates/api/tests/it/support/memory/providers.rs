//! Accounts in memory.

use async_trait::async_trait;
use campanile_domain::{ProviderName, TenantId, WorkerId};
use campanile_storage::{
    AccountPause, AccountPauses, AccountTrouble, AccountTroubles, Provider, Providers, PutProvider,
    RemoveProvider, StorageError,
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::MemoryStorage;

#[async_trait]
impl Providers for MemoryStorage {
    async fn tenant_key(&self, tenant: &TenantId) -> Result<Option<Vec<u8>>, StorageError> {
        self.up()?;
        Ok(self.wrapped.lock().unwrap().get(tenant).cloned())
    }

    async fn put_tenant_key(
        &self,
        tenant: &TenantId,
        wrapped: &[u8],
        _now: DateTime<Utc>,
    ) -> Result<Vec<u8>, StorageError> {
        self.up()?;
        let mut keys = self.wrapped.lock().unwrap();
        let key = keys.entry(tenant.clone());
        Ok(key.or_insert_with(|| wrapped.to_vec()).clone())
    }

    async fn put_provider(
        &self,
        provider: &Provider,
        seen: &[Uuid],
    ) -> Result<PutProvider, StorageError> {
        self.up()?;
        let key = (provider.tenant.clone(), provider.name.clone());
        let mut all = self.providers.lock().unwrap();
        let own = all.values().filter(|one| one.tenant == provider.tenant);
        let (mut versions, mut seen) = (own.map(|o| o.version).collect::<Vec<_>>(), seen.to_vec());
        versions.sort_unstable();
        seen.sort_unstable();
        if versions != seen {
            return Ok(PutProvider::Outdated);
        }
        Ok(match all.insert(key, provider.clone()) {
            None => PutProvider::Created,
            Some(_) => PutProvider::Replaced,
        })
    }

    async fn providers(&self, tenant: &TenantId) -> Result<Vec<Provider>, StorageError> {
        self.up()?;
        let all = self.providers.lock().unwrap();
        let own = all.values().filter(|one| one.tenant == *tenant);
        Ok(own.cloned().collect())
    }

    async fn remove_provider(
        &self,
        tenant: &TenantId,
        name: &ProviderName,
    ) -> Result<RemoveProvider, StorageError> {
        self.up()?;
        let mut all = self.providers.lock().unwrap();
        let mut others = all
            .values()
            .filter(|o| o.tenant == *tenant && o.name != *name);
        if others.any(|other| other.failover_to.as_ref() == Some(name)) {
            return Ok(RemoveProvider::InUse);
        }
        Ok(match all.remove(&(tenant.clone(), name.clone())) {
            None => RemoveProvider::Absent,
            Some(_) => RemoveProvider::Removed,
        })
    }

    async fn provider_versions(&self) -> Result<Vec<(TenantId, ProviderName, Uuid)>, StorageError> {
        super::workers_only()
    }

    async fn providers_with_keys(
        &self,
        _names: &[(TenantId, ProviderName)],
    ) -> Result<Vec<(Provider, Vec<u8>)>, StorageError> {
        super::workers_only()
    }
}

#[async_trait]
impl AccountPauses for MemoryStorage {
    async fn pause_account(&self, _pause: &AccountPause) -> Result<(), StorageError> {
        super::workers_only()
    }

    async fn resume_account(&self, tenant: &TenantId, name: &str) -> Result<bool, StorageError> {
        self.up()?;
        let mut pauses = self.pauses.lock().unwrap();
        let before = pauses.len();
        pauses.retain(|one| one.tenant != *tenant || one.name != name);
        Ok(pauses.len() < before)
    }

    async fn account_pauses(
        &self,
        tenant: Option<&TenantId>,
    ) -> Result<Vec<AccountPause>, StorageError> {
        self.up()?;
        let pauses = self.pauses.lock().unwrap();
        let wanted = pauses
            .iter()
            .filter(|one| tenant.is_none_or(|t| one.tenant == *t));
        Ok(wanted.cloned().collect())
    }
}

#[async_trait]
impl AccountTroubles for MemoryStorage {
    async fn tell_troubles(
        &self,
        _worker: WorkerId,
        _troubles: &[AccountTrouble],
    ) -> Result<(), StorageError> {
        super::workers_only()
    }

    async fn troubles(
        &self,
        tenant: Option<&TenantId>,
        _alive_since: DateTime<Utc>,
    ) -> Result<Vec<AccountTrouble>, StorageError> {
        self.up()?;
        let told = self.troubles.lock().unwrap();
        let wanted = told
            .iter()
            .filter(|one| tenant.is_none_or(|t| one.tenant == *t));
        Ok(wanted.cloned().collect())
    }
}
