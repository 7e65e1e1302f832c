//! A user's own preferences.

use campanile_domain::{EffectivePreferences, Preferences, TenantId, UserId};
use campanile_pipeline::preferences_of;
use campanile_storage::{Storage, StorageError};
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
    storage.put_preferences(tenant, user, choices, now).await?;
    preferences_of(storage, tenant, user).await
}
