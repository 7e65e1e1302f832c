//! What a tenant's operators change, in transactions.

use async_trait::async_trait;
use campanile_domain::{ProviderName, RetentionDays, Tenant, TenantId};
use campanile_storage::{OperatorRows, Provider, StorageError};

use crate::transaction::SqliteTransaction;
use crate::{account_pauses, providers, retention, tenants};

#[async_trait]
impl OperatorRows for SqliteTransaction<'_> {
    /// There is one writer.
    async fn hold_providers(&mut self, _tenant: &TenantId) -> Result<(), StorageError> {
        Ok(())
    }

    async fn providers_of(&mut self, tenant: &TenantId) -> Result<Vec<Provider>, StorageError> {
        providers::all_of(self.connection, tenant).await
    }

    async fn put_provider(&mut self, provider: &Provider) -> Result<(), StorageError> {
        providers::put(self.connection, provider).await
    }

    async fn remove_provider(
        &mut self,
        tenant: &TenantId,
        name: &ProviderName,
    ) -> Result<(), StorageError> {
        providers::remove(self.connection, tenant, name).await
    }

    async fn resume_account(
        &mut self,
        tenant: &TenantId,
        name: &str,
    ) -> Result<bool, StorageError> {
        account_pauses::resume(self.connection, tenant, name).await
    }

    async fn tenant_row(&mut self, tenant: &TenantId) -> Result<Option<Tenant>, StorageError> {
        tenants::one(self.connection, tenant).await
    }

    async fn set_retention(
        &mut self,
        tenant: &TenantId,
        days: Option<RetentionDays>,
    ) -> Result<bool, StorageError> {
        retention::set_days(self.connection, tenant, days).await
    }
}
