//! Who may call: API keys and tenants, as acts that are recorded.

use async_trait::async_trait;
use campanile_domain::{ApiKey, ApiKeyId, KeyHash, Tenant, TenantId};
use chrono::{DateTime, Utc};

use crate::{Handover, PutApiKey, StorageError, TenantChange};

/// Operations on API keys and tenants. Each does what the operation of the same name in [`crate::ApiKeys`] or
/// [`crate::Tenants`] does.
#[async_trait]
pub trait AccessRows: Send {
    /// Stores a key, unless the tenant has too many.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn put_api_key(
        &mut self,
        key: &ApiKey,
        hash: &KeyHash,
        most: u32,
        handover: Option<Handover>,
    ) -> Result<PutApiKey, StorageError>;

    /// Revokes a key; `false`: the tenant has no such key.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn revoke_api_key(
        &mut self,
        tenant: &TenantId,
        id: ApiKeyId,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError>;

    /// Creates a tenant; `false` if there is one of that name.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn add_tenant(&mut self, tenant: &Tenant) -> Result<bool, StorageError>;

    /// Changes a tenant and gives what it is then; `None` if there is none, or if it is being removed.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn change_tenant(
        &mut self,
        id: &TenantId,
        change: &TenantChange,
    ) -> Result<Option<Tenant>, StorageError>;

    /// Whether rows of a tenant are still missing that an import is to store. No import begins until this transaction has
    /// ended.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn is_being_imported(&mut self, id: &TenantId) -> Result<bool, StorageError>;

    /// Begins to remove a tenant; `false`: there is none.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn begin_tenant_removal(
        &mut self,
        id: &TenantId,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError>;
}
