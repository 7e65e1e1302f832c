//! Tenants: the one table that the installation's operator reads whole.

use async_trait::async_trait;
use campanile_domain::{RetryLadder, Tenant, TenantId};
use chrono::{DateTime, Utc};

use crate::StorageError;

/// Keeps tenants.
#[async_trait]
pub trait Tenants: Send + Sync {
    /// Creates a tenant; `false` if there is one of that name (which stays as it is).
    ///
    /// # Errors
    /// [`StorageError`].
    async fn create_tenant(&self, id: &TenantId, now: DateTime<Utc>) -> Result<bool, StorageError>;

    /// Sets or clears a tenant's own retry ladder; `false` if there is no such tenant.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn set_retry_ladder(
        &self,
        id: &TenantId,
        ladder: Option<&RetryLadder>,
    ) -> Result<bool, StorageError>;

    /// One tenant.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn tenant(&self, id: &TenantId) -> Result<Option<Tenant>, StorageError>;

    /// All tenants by name.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn tenants(&self) -> Result<Vec<Tenant>, StorageError>;
}
