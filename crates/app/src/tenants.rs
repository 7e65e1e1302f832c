//! Tenants, which the installation's operator creates.

use campanile_domain::{Clock, LinkScheme, RetryLadder, TenantId};
use campanile_storage::{Storage, StorageError};

/// Creates a tenant, with its own retry schedule if one is given. `false`: there is a tenant of this name, which
/// stays as it is.
///
/// # Errors
/// [`StorageError`].
pub async fn create(
    storage: &dyn Storage,
    clock: &dyn Clock,
    name: &TenantId,
    retry_ladder: Option<&RetryLadder>,
) -> Result<bool, StorageError> {
    storage
        .create_tenant_with(name, retry_ladder, clock.now())
        .await
}

/// What to change of a tenant; what is `None` stays.
#[derive(Debug, Default)]
pub struct TenantChange {
    /// The retry schedule; without one the default applies.
    pub retry_ladder: Option<Option<RetryLadder>>,
    /// The schemes besides https that links may have.
    pub link_schemes: Option<Vec<LinkScheme>>,
    /// The locale of users who have none; without one English.
    pub locale: Option<Option<String>>,
    /// Whether pushes tell apps how many notifications are unread.
    pub push_badge: Option<bool>,
}

/// Changes a tenant. `false`: there is no such tenant.
///
/// # Errors
/// [`StorageError`]. A part of the change may have been stored.
pub async fn change(
    storage: &dyn Storage,
    name: &TenantId,
    change: TenantChange,
) -> Result<bool, StorageError> {
    let mut is_set = exists(storage, name).await?;
    if let Some(ladder) = change.retry_ladder {
        is_set &= storage.set_retry_ladder(name, ladder.as_ref()).await?;
    }
    if let Some(schemes) = change.link_schemes {
        is_set &= storage.set_link_schemes(name, &schemes).await?;
    }
    if let Some(locale) = change.locale {
        is_set &= storage.set_locale(name, locale.as_deref()).await?;
    }
    if let Some(is_on) = change.push_badge {
        is_set &= storage.set_push_badge(name, is_on).await?;
    }
    Ok(is_set)
}

/// Whether there is such a tenant.
///
/// # Errors
/// [`StorageError`].
pub async fn exists(storage: &dyn Storage, name: &TenantId) -> Result<bool, StorageError> {
    Ok(storage.tenant(name).await?.is_some())
}
