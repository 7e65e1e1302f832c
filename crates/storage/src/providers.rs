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
    /// Name of the provider.
    pub name: ProviderName,
    /// The channel that it serves.
    pub channel: Channel,
    /// What may be shown: a JSON object.
    pub settings: String,
    /// What may not, sealed under the tenant's key for this provider.
    pub sealed: Vec<u8>,
    /// How much of the channel it takes, beside the tenant's others of the channel; `None` where the
    /// tenant has not said.
    pub weight: Option<u32>,
    /// Who takes over when it fails.
    pub failover_to: Option<ProviderName>,
    /// Another one for every change.
    pub version: Uuid,
    /// When the settings last changed.
    pub updated_at: DateTime<Utc>,
}

/// Keeps accounts and the keys that seal them. Accounts are changed in transactions ([`crate::OperatorRows`]).
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

    /// Makes sure that this process knows the data keys that the tenant has. None is made.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn know_keys(&self, tenant: &TenantId) -> Result<(), StorageError>;

    /// A tenant's accounts by name.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn providers(&self, tenant: &TenantId) -> Result<Vec<Provider>, StorageError>;

    /// Names and versions of every tenant's accounts: what is looked at every few seconds.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn provider_versions(&self) -> Result<Vec<(TenantId, ProviderName, Uuid)>, StorageError>;

    /// Accounts of any tenants with the wrapped keys that decrypt them, for workers; those that no longer exist are
    /// left out.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn providers_with_keys(
        &self,
        names: &[(TenantId, ProviderName)],
    ) -> Result<Vec<(Provider, Vec<u8>)>, StorageError>;
}
