//! Accounts in memory.

use async_trait::async_trait;
use campanile_domain::{ProviderName, TenantId};
use campanile_storage::{Provider, Providers, StorageError};
use chrono::{DateTime, Utc};

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

    async fn put_provider(&self, provider: &Provider) -> Result<bool, StorageError> {
        self.up()?;
        let key = (provider.tenant.clone(), provider.name.clone());
        let mut all = self.providers.lock().unwrap();
        Ok(all.insert(key, provider.clone()).is_none())
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
    ) -> Result<bool, StorageError> {
        self.up()?;
        let key = (tenant.clone(), name.clone());
        Ok(self.providers.lock().unwrap().remove(&key).is_some())
    }

    async fn all_providers(&self) -> Result<Vec<(Provider, Vec<u8>)>, StorageError> {
        super::workers_only()
    }
}
