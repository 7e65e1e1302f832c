//! What a link to unsubscribe allows.

use campanile_domain::{NotificationType, TenantId, UserId};

/// Switches mails of a type off for a user, or all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsubscribe {
    /// Whose user.
    pub tenant: TenantId,
    /// The user.
    pub user: UserId,
    /// The type of the mail that the link was in.
    pub notification_type: NotificationType,
}

impl Unsubscribe {
    /// What is sealed. Neither part has a line break.
    pub(crate) fn plain(&self) -> String {
        format!("{}\n{}", self.notification_type, self.user)
    }

    /// Reads it back.
    pub(crate) fn of(tenant: TenantId, plain: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(plain).ok()?;
        let (of, user) = text.split_once('\n')?;
        Some(Self {
            tenant,
            user: UserId::parse(user).ok()?,
            notification_type: NotificationType::parse(of).ok()?,
        })
    }
}
