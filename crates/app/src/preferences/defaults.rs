//! A tenant sets what holds for its users.

use campanile_domain::{Clock, TenantId, TenantPreferences};
use campanile_pipeline::reschedule_all;
use campanile_storage::{Scope, Storage, StorageError};

/// Stores a tenant's preferences, and that deliveries deferred by quiet hours are to be rescheduled. [`reschedule`] does
/// that; if it is not called, or breaks off, a worker does. So a caller can confirm what is stored first.
///
/// # Errors
/// Nothing is stored.
pub async fn set_defaults(
    storage: &dyn Storage,
    clock: &dyn Clock,
    tenant: &TenantId,
    set: &TenantPreferences,
) -> Result<(), StorageError> {
    let put = storage.put_tenant_preferences(tenant, set, clock.now());
    put.await
}

/// Makes the deliveries due that quiet hours of a tenant's users defer, after [`set_defaults`]; says how many. It may be
/// dropped at any time.
///
/// # Errors
/// Some are rescheduled; a worker goes on with the rest.
pub async fn reschedule(
    storage: &dyn Storage,
    clock: &dyn Clock,
    tenant: &TenantId,
) -> Result<u64, StorageError> {
    reschedule_all(storage, &Scope::caller(tenant), tenant, clock).await
}
