//! Users, as a tenant's services describe them. [`crate::inbox::Inboxes::erase`] removes one.

use std::sync::Arc;

use campanile_domain::{Clock, EmailAddress, TenantId, User, UserId};
use campanile_pipeline::put_user;
use campanile_storage::{Storage, StorageError};

/// What a service says of a user. What it leaves out is removed.
#[derive(Debug, Clone, Default)]
pub struct UserDetails {
    /// Where emails go.
    pub email: Option<EmailAddress>,
    /// BCP 47 tag.
    pub locale: Option<String>,
    /// IANA time zone or offset.
    pub timezone: Option<String>,
    /// The tenant's own fields, a JSON object.
    pub attributes: Option<Arc<str>>,
}

/// Creates or replaces a user; gives the user as they are stored.
///
/// # Errors
/// [`StorageError`].
pub async fn put(
    storage: &dyn Storage,
    clock: &dyn Clock,
    tenant: &TenantId,
    id: UserId,
    details: UserDetails,
) -> Result<User, StorageError> {
    let now = clock.now();
    let user = User {
        tenant: tenant.clone(),
        id,
        email: details.email,
        email_gone_at: None,
        locale: details.locale,
        timezone: details.timezone,
        attributes: details.attributes.unwrap_or_else(|| "{}".into()),
        created_at: now,
        updated_at: now,
    };
    put_user(storage, &user).await?;
    // Only the storage knows which values stay. A user who was erased in between was stored nevertheless.
    let stored = storage.user(tenant, &user.id).await?;
    Ok(stored.unwrap_or(user))
}
