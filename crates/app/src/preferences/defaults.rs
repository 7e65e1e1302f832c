//! A tenant sets what holds for its users.

use campanile_domain::{Clock, TenantId, TenantPreferences};
use campanile_pipeline::reschedule_all;
use campanile_storage::{Scope, Storage, StorageError};

/// Stores a tenant's preferences, then looks again at what waits for quiet hours; says how many
/// deliveries were rescheduled.
///
/// The second result is apart from the first: when it fails, the preferences are stored all the same,
/// with the note by which a worker goes on with the rest.
///
/// # Errors
/// Nothing is stored.
pub async fn set_defaults(
    storage: &dyn Storage,
    clock: &dyn Clock,
    tenant: &TenantId,
    set: &TenantPreferences,
) -> Result<Result<u64, StorageError>, StorageError> {
    let put = storage.put_tenant_preferences(tenant, set, clock.now());
    put.await?;
    let scope = Scope::caller(tenant);
    Ok(reschedule_all(storage, &scope, tenant, clock).await)
}
