//! Users choose, and a tenant sets what holds for its users.

use campanile_domain::{
    Act, AuditAction, Clock, EffectivePreferences, Preferences, TenantId, TenantPreferences, UserId,
};
use campanile_pipeline::{
    AuditEntry, Audited, PreferencesLook, preferences_of, put_preferences, put_tenant_preferences,
    reschedule_all,
};
use campanile_storage::{Scope, Storage, StorageError};
use chrono::{DateTime, Utc};

/// Replaces a user's choices; gives what holds from now on.
///
/// # Errors
/// [`StorageError`].
pub async fn choose(
    storage: &dyn Storage,
    tenant: &TenantId,
    user: &UserId,
    choices: &Preferences,
    now: DateTime<Utc>,
) -> Result<EffectivePreferences, StorageError> {
    put_preferences(storage, tenant, user, choices, now).await?;
    preferences_of(storage, tenant, user).await
}

/// Stores a tenant's preferences, and that deliveries deferred by quiet hours are to be rescheduled. [`reschedule`] does
/// that; if it is not called, or breaks off, a worker does. So a caller can confirm what is stored first.
///
/// # Errors
/// Nothing is stored.
pub async fn set_defaults(
    storage: &dyn Storage,
    tenant: &TenantId,
    set: &TenantPreferences,
    act: &Act,
) -> Result<(), StorageError> {
    let entry = AuditEntry::new(tenant, act, AuditAction::PreferenceDefaults, "preferences");
    let audited = Audited::new(storage, entry.looking(PreferencesLook));
    put_tenant_preferences(&audited, tenant, set, act.at).await
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
