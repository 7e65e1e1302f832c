//! Tenants' own accounts at providers. Secrets come here sealed and stay so.

use async_trait::async_trait;
use campanile_domain::{Channel, ProviderName, TenantId};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::StorageError;

/// An account as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// Whose.
    pub tenant: TenantId,
    /// What the tenant calls it.
    pub name: ProviderName,
    /// What it serves.
    pub channel: Channel,
    /// What may be shown: a JSON object.
    pub settings: String,
    /// What may not, sealed under the tenant's key for this provider.
    pub sealed: Vec<u8>,
    /// How much of the channel it takes, beside the tenant's others of the channel.
    pub weight: u32,
    /// Who takes over when it fails.
    pub failover_to: Option<ProviderName>,
    /// Another one for every change.
    pub version: Uuid,
    /// When it was last set.
    pub updated_at: DateTime<Utc>,
}

/// Keeps accounts and the keys that seal them.
#[async_trait]
pub trait Providers: Send + Sync {
    /// A tenant's wrapped key, if it has one.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn tenant_key(&self, tenant: &TenantId) -> Result<Option<Vec<u8>>, StorageError>;

    /// Stores a tenant's wrapped key unless there is one; gives the one that is stored.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn put_tenant_key(
        &self,
        tenant: &TenantId,
        wrapped: &[u8],
        now: DateTime<Utc>,
    ) -> Result<Vec<u8>, StorageError>;

    /// Creates or replaces an account; `true` if it is new.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn put_provider(&self, provider: &Provider) -> Result<bool, StorageError>;

    /// A tenant's accounts by name.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn providers(&self, tenant: &TenantId) -> Result<Vec<Provider>, StorageError>;

    /// Removes an account; `false` if there is none of this name.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn remove_provider(
        &self,
        tenant: &TenantId,
        name: &ProviderName,
    ) -> Result<bool, StorageError>;

    /// Every tenant's accounts with the wrapped keys that open them, for whoever delivers.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn all_providers(&self) -> Result<Vec<(Provider, Vec<u8>)>, StorageError>;
}
