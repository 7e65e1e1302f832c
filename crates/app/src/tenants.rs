//! Tenants, which the installation's operator creates.

use campanile_domain::{Clock, RetryLadder, TenantId};
use campanile_storage::{Storage, StorageError};

/// Creates a tenant, with its own retry schedule if one is given. `false`: there is a tenant of this name, which
/// stays as it is.
///
/// # Errors
/// [`StorageError`]. The tenant may have been created without its retry schedule.
pub async fn create(
    storage: &dyn Storage,
    clock: &dyn Clock,
    name: &TenantId,
    retry_ladder: Option<&RetryLadder>,
) -> Result<bool, StorageError> {
    let created = storage.create_tenant(name, clock.now()).await?;
    if created && retry_ladder.is_some() {
        storage.set_retry_ladder(name, retry_ladder).await?;
    }
    Ok(created)
}

/// Sets a tenant's retry schedule, or clears it: then the default applies. `false`: there is no such tenant.
///
/// # Errors
/// [`StorageError`].
pub async fn set_retry_ladder(
    storage: &dyn Storage,
    name: &TenantId,
    retry_ladder: Option<&RetryLadder>,
) -> Result<bool, StorageError> {
    storage.set_retry_ladder(name, retry_ladder).await
}

/// Whether there is such a tenant.
///
/// # Errors
/// [`StorageError`].
pub async fn exists(storage: &dyn Storage, name: &TenantId) -> Result<bool, StorageError> {
    Ok(storage.tenant(name).await?.is_some())
}
