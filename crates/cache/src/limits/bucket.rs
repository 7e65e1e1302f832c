//! Whose requests are counted together.

use campanile_domain::{TenantId, UserId};

/// What a bucket is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BucketKind {
    /// All requests of a tenant.
    Tenant,
    /// Those of one user to their inbox.
    User,
    /// A tenant's calls as a service.
    Send,
    /// A tenant's calls of users.
    Inbox,
    /// A tenant's calls of its operators.
    Admin,
    /// Calls to one ingest address.
    Ingest,
    /// Pages that one user opens by links.
    Page,
    /// Links without a login that are asked for one person.
    MagicLink,
}

impl BucketKind {
    /// The name in settings, answers, metrics and keys.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tenant => "tenant",
            Self::User => "user",
            Self::Send => "send",
            Self::Inbox => "inbox",
            Self::Admin => "admin",
            Self::Ingest => "ingest",
            Self::Page => "page",
            Self::MagicLink => "magic_link",
        }
    }
}

/// One bucket.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Bucket {
    /// What it is for.
    pub kind: BucketKind,
    /// Whose.
    pub tenant: TenantId,
    /// Of which user, or of which ingest address by its id, where each has one.
    pub user: Option<UserId>,
}
