//! The keys of tenants' links.

use async_trait::async_trait;
use campanile_domain::TenantId;
use chrono::{DateTime, Utc};

use crate::StorageError;

/// Keeps a key for the links of each tenant.
#[async_trait]
pub trait LinkKeys: Send + Sync {
    /// A tenant's key, if it has one.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn link_key(&self, tenant: &TenantId) -> Result<Option<[u8; 32]>, StorageError>;

    /// Stores a tenant's key unless there is one; gives the one that is stored.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn put_link_key(
        &self,
        tenant: &TenantId,
        key: &[u8; 32],
        now: DateTime<Utc>,
    ) -> Result<[u8; 32], StorageError>;
}
