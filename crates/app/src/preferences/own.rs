//! A user's own preferences.

use std::slice;

use campanile_domain::{EffectivePreferences, Preferences, TenantId, UserId};
use campanile_storage::{Storage, StorageError};
use chrono::{DateTime, Utc};

/// What holds for a user: their own choices, and where they made none, their tenant's.
///
/// # Errors
/// [`StorageError`].
pub async fn of_user(
    storage: &dyn Storage,
    tenant: &TenantId,
    user: &UserId,
) -> Result<EffectivePreferences, StorageError> {
    let found = storage.recipients(tenant, slice::from_ref(user)).await?;
    let recipient = found.into_iter().next().unwrap_or_default();
    Ok(recipient.preferences)
}

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
    storage.put_preferences(tenant, user, choices, now).await?;
    of_user(storage, tenant, user).await
}
