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

/// What a process does with texts and secrets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sealing {
    /// Whether it has a master key.
    pub has_master_key: bool,
    /// Whether it has the previous master key as well.
    pub has_previous: bool,
    /// Whether it seals texts that it stores.
    pub seals_texts: bool,
}

/// Keeps accounts and the keys that seal them. Accounts are changed in transactions ([`crate::OperatorRows`]).
#[async_trait]
pub trait Providers: Send + Sync {
    /// What this process does with texts and secrets.
    fn sealing(&self) -> Sealing;

    /// A tenant's wrapped keys, the current one first; empty if it has none.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn tenant_keys(&self, tenant: &TenantId) -> Result<Vec<Vec<u8>>, StorageError>;

    /// Wrapped keys of any tenants, for a look whether they can be opened: `limit` at most.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn some_tenant_keys(&self, limit: u32) -> Result<Vec<(TenantId, Vec<u8>)>, StorageError>;

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

    /// Makes sure that this process knows the data keys that the tenant has. One that seals may make the first.
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

    /// Accounts of any tenants with the wrapped keys of their tenants, the current one first, for workers; those that no longer exist are
    /// left out.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn providers_with_keys(
        &self,
        names: &[(TenantId, ProviderName)],
    ) -> Result<Vec<(Provider, Vec<Vec<u8>>)>, StorageError>;
}
