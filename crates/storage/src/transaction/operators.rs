//! Rows that a tenant's operators change: accounts at providers and the retention period.

use async_trait::async_trait;
use campanile_domain::{ProviderName, RetentionDays, Tenant, TenantId};

use crate::{Provider, StorageError};

/// Operations on what operators set.
#[async_trait]
pub trait OperatorRows: Send {
    /// Waits until no other transaction changes accounts of this tenant, and keeps others waiting until the end of this
    /// one.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn hold_providers(&mut self, tenant: &TenantId) -> Result<(), StorageError>;

    /// A tenant's accounts by name.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn providers_of(&mut self, tenant: &TenantId) -> Result<Vec<Provider>, StorageError>;

    /// Creates or replaces an account.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn put_provider(&mut self, provider: &Provider) -> Result<(), StorageError>;

    /// Removes an account, if there is one.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn remove_provider(
        &mut self,
        tenant: &TenantId,
        name: &ProviderName,
    ) -> Result<(), StorageError>;

    /// Resumes what is paused under a name, for every channel; whether anything was.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn resume_account(&mut self, tenant: &TenantId, name: &str)
    -> Result<bool, StorageError>;

    /// A tenant.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn tenant_row(&mut self, tenant: &TenantId) -> Result<Option<Tenant>, StorageError>;

    /// Sets or clears a tenant's own retention period; `false` if there is no such tenant.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn set_retention(
        &mut self,
        tenant: &TenantId,
        days: Option<RetentionDays>,
    ) -> Result<bool, StorageError>;
}
