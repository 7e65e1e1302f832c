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

/// What came of setting an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PutProvider {
    /// It is new.
    Created,
    /// It stands in the place of another.
    Replaced,
    /// Nothing is stored: the tenant's accounts are not those any more that it was checked against.
    Outdated,
}

/// What came of removing an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemoveProvider {
    /// It is gone.
    Removed,
    /// There is none of this name.
    Absent,
    /// It stays: another one fails over to it.
    InUse,
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

    /// Creates or replaces an account. `seen` are the versions, in any order, of all accounts of the
    /// tenant that it was checked against; of two changes at once one is outdated.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn put_provider(
        &self,
        provider: &Provider,
        seen: &[Uuid],
    ) -> Result<PutProvider, StorageError>;

    /// A tenant's accounts by name.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn providers(&self, tenant: &TenantId) -> Result<Vec<Provider>, StorageError>;

    /// Removes an account that no other one of the tenant fails over to.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn remove_provider(
        &self,
        tenant: &TenantId,
        name: &ProviderName,
    ) -> Result<RemoveProvider, StorageError>;

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
