//! Rows of ingest addresses.

use async_trait::async_trait;
use campanile_domain::{IngestAddress, IngestId, TenantId};
use chrono::{DateTime, Utc};

use crate::StorageError;

/// Operations on ingest addresses of one tenant.
#[async_trait]
pub trait IngestRows: Send {
    /// Waits until no other transaction creates an address of this tenant, and keeps others waiting until the end of this
    /// one.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn hold_ingest(&mut self, tenant: &TenantId) -> Result<(), StorageError>;

    /// All addresses, newest first, revoked ones too.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn ingest_addresses_of(
        &mut self,
        tenant: &TenantId,
    ) -> Result<Vec<IngestAddress>, StorageError>;

    /// Stores a new address with the digest of its key.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn insert_ingest_address(
        &mut self,
        address: &IngestAddress,
        key_digest: &[u8; 32],
    ) -> Result<(), StorageError>;

    /// Notes that an address is revoked and forgets its groups; `false` where it is unknown or was revoked before.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn revoke_ingest_address(
        &mut self,
        tenant: &TenantId,
        id: IngestId,
        at: DateTime<Utc>,
    ) -> Result<bool, StorageError>;

    /// Removes revoked addresses.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn remove_ingest_addresses(
        &mut self,
        tenant: &TenantId,
        ids: &[IngestId],
    ) -> Result<(), StorageError>;
}
