//! Addresses to which programs send in their own protocol, and the groups of alerts that came through them.

use async_trait::async_trait;
use campanile_domain::{IngestAddress, IngestGroup, IngestId, TenantId};
use chrono::{DateTime, Utc};

use crate::StorageError;

/// Looks ingest addresses up, and keeps what was sent last for a group of alerts.
#[async_trait]
pub trait IngestBook: Send + Sync {
    /// The address in use whose key has this digest.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn ingest_address(
        &self,
        tenant: &TenantId,
        key_digest: &[u8; 32],
    ) -> Result<Option<IngestAddress>, StorageError>;

    /// A tenant's addresses, newest first, revoked ones too.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn ingest_addresses(&self, tenant: &TenantId)
    -> Result<Vec<IngestAddress>, StorageError>;

    /// What was sent last for a group, if it is not over.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn ingest_group(
        &self,
        tenant: &TenantId,
        address: IngestId,
        digest: &[u8; 32],
    ) -> Result<Option<IngestGroup>, StorageError>;

    /// Keeps what was sent last for a group, in the place of what was kept before. Its number of changes never becomes
    /// smaller.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn put_ingest_group(
        &self,
        tenant: &TenantId,
        group: &IngestGroup,
    ) -> Result<(), StorageError>;

    /// Forgets groups of all tenants for which nothing was sent since `before`; says how many.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn expire_ingest_groups(&self, before: DateTime<Utc>) -> Result<u64, StorageError>;
}
