//! Whose inbox.

use campanile_domain::{TenantId, UserId};

/// One user's inbox.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Mailbox {
    /// The owner of everything about it.
    pub tenant: TenantId,
    /// The recipient.
    pub user: UserId,
}

impl Mailbox {
    /// The inbox of a tenant's user.
    pub fn new(tenant: &TenantId, user: &UserId) -> Self {
        Self {
            tenant: tenant.clone(),
            user: user.clone(),
        }
    }
}
