//! What a tenant's operators change, in transactions.

use async_trait::async_trait;
use campanile_domain::{ProviderName, RetentionDays, Tenant, TenantId};
use campanile_storage::{OperatorRows, Provider, StorageError};

use crate::named::named;
use crate::transaction::PostgresTransaction;
use crate::{account_pauses, providers, retention, tenants};

#[async_trait]
impl OperatorRows for PostgresTransaction<'_> {
    async fn hold_providers(&mut self, tenant: &TenantId) -> Result<(), StorageError> {
        let held = providers::take_turns(self.connection, tenant);
        let held = named("hold_providers", held).await;
        self.keep(held)
    }

    async fn providers_of(&mut self, tenant: &TenantId) -> Result<Vec<Provider>, StorageError> {
        let found = providers::all_of(self.connection, tenant);
        let found = named("providers_of", found).await;
        self.keep(found)
    }

    async fn put_provider(&mut self, provider: &Provider) -> Result<(), StorageError> {
        let put = named("put_provider", providers::put(self.connection, provider)).await;
        self.keep(put)
    }

    async fn remove_provider(
        &mut self,
        tenant: &TenantId,
        name: &ProviderName,
    ) -> Result<(), StorageError> {
        let removed = providers::remove(self.connection, tenant, name);
        let removed = named("remove_provider", removed).await;
        self.keep(removed)
    }

    async fn resume_account(
        &mut self,
        tenant: &TenantId,
        name: &str,
    ) -> Result<bool, StorageError> {
        let resumed = account_pauses::resume(self.connection, tenant, name);
        let resumed = named("resume_account", resumed).await;
        self.keep(resumed)
    }

    async fn tenant_row(&mut self, tenant: &TenantId) -> Result<Option<Tenant>, StorageError> {
        let found = named("tenant_row", tenants::one(self.connection, tenant)).await;
        self.keep(found)
    }

    async fn set_retention(
        &mut self,
        tenant: &TenantId,
        days: Option<RetentionDays>,
    ) -> Result<bool, StorageError> {
        let set = retention::set_days(self.connection, tenant, days);
        let set = named("set_retention", set).await;
        self.keep(set)
    }
}
