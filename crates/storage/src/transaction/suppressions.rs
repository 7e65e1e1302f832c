//! Entries of a tenant's suppression list.

use async_trait::async_trait;
use campanile_domain::{Suppression, SuppressionKey, TenantId, User};

use crate::StorageError;

/// Operations on a tenant's suppression list.
#[async_trait]
pub trait SuppressionRows: Send {
    /// Adds entries; one that is there stays as it is. Says how many are new.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn add_suppressions(
        &mut self,
        tenant: &TenantId,
        entries: &[Suppression],
    ) -> Result<u64, StorageError>;

    /// Removes an entry, and the mark of the user for whom the address bounced; `false` if there is none.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn remove_suppression(
        &mut self,
        tenant: &TenantId,
        key: &SuppressionKey,
    ) -> Result<bool, StorageError>;

    /// Removes the entry of a hard bounce of a user's mail address: a service has declared it valid again.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn lift_bounce(&mut self, user: &User) -> Result<(), StorageError>;
}
