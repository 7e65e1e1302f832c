//! A user, as the tenant has described them.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::{EmailAddress, TenantId, UserId};

/// A user of a tenant. Users need not be created to receive notifications in their inbox.
#[derive(Debug, Clone, PartialEq)]
pub struct User {
    /// The owner of everything about them.
    pub tenant: TenantId,
    /// The tenant's own id.
    pub id: UserId,
    /// Where mail goes.
    pub email: Option<EmailAddress>,
    /// Since when the mail address is known not to exist; it is used again once it is named again.
    pub email_gone_at: Option<DateTime<Utc>>,
    /// BCP 47 tag.
    pub locale: Option<String>,
    /// IANA zone.
    pub timezone: Option<String>,
    /// The tenant's own JSON object, as text.
    pub attributes: Arc<str>,
    /// When the user was created.
    pub created_at: DateTime<Utc>,
    /// When the user was last updated.
    pub updated_at: DateTime<Utc>,
}
