//! What a caller may do: scopes, and roles as named sets of them.

use std::fmt;
use std::str::FromStr;

/// A permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// A service that sends on behalf of its tenant.
    Send,
    /// A user who reads their own inbox; the subject is the user.
    Inbox,
    /// Having links returned that open users' pages without a login; a page that such a link opens has no other scope.
    ReadNotifications,
    /// Reading everything of the tenant that operators read.
    AdminRead,
    /// Editing templates, types and the brand.
    TemplatesWrite,
    /// Replaying and purging dead letters, and resuming providers.
    DeliveriesWrite,
    /// The tenant's operator: everything of the tenant, and the three scopes before.
    Admin,
    /// The installation's operator: names a tenant in `X-Tenant`.
    Platform,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 8] = [
        Self::Send,
        Self::Inbox,
        Self::ReadNotifications,
        Self::AdminRead,
        Self::TemplatesWrite,
        Self::DeliveriesWrite,
        Self::Admin,
        Self::Platform,
    ];

    /// The text in a token's `scope`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Send => "notifications:send",
            Self::Inbox => "inbox",
            Self::ReadNotifications => "read:notifications",
            Self::AdminRead => "admin:read",
            Self::TemplatesWrite => "templates:write",
            Self::DeliveriesWrite => "deliveries:write",
            Self::Admin => "admin",
            Self::Platform => "platform",
        }
    }

    /// Whether it is a scope of a tenant's operators: `admin`, or one that `admin` includes.
    pub const fn is_operators(self) -> bool {
        match self {
            Self::AdminRead | Self::TemplatesWrite | Self::DeliveriesWrite | Self::Admin => true,
            Self::Send | Self::Inbox | Self::ReadNotifications | Self::Platform => false,
        }
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// A set of scopes.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct ScopeSet(u8);

impl ScopeSet {
    /// All that an operator of a tenant may do.
    pub const ADMIN: Self = Self::of(&[
        Scope::AdminRead,
        Scope::TemplatesWrite,
        Scope::DeliveriesWrite,
        Scope::Admin,
    ]);

    const fn of(scopes: &[Scope]) -> Self {
        let (mut bits, mut at) = (0, 0);
        while at < scopes.len() {
            bits |= scopes[at].bit();
            at += 1;
        }
        Self(bits)
    }

    /// What a list of words with spaces grants. Words that are neither a scope nor a role are passed over: other
    /// services' scopes may be in the same token.
    pub fn of_words(list: &str) -> Self {
        let names = list.split(' ').filter_map(|word| word.parse().ok());
        names.map(ScopeName::scopes).collect()
    }

    /// Whether it has this scope.
    pub const fn has(self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
    }

    /// Without one of its scopes.
    #[must_use]
    pub const fn without(self, scope: Scope) -> Self {
        Self(self.0 & !scope.bit())
    }

    /// With the scopes of the other set.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl FromIterator<Self> for ScopeSet {
    fn from_iter<I: IntoIterator<Item = Self>>(sets: I) -> Self {
        sets.into_iter().fold(Self::default(), Self::and)
    }
}

impl fmt::Debug for ScopeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = Scope::ALL.into_iter().filter(|scope| self.has(*scope));
        f.debug_set().entries(names.map(Scope::name)).finish()
    }
}

/// A word that grants scopes, in a token or an API key: the name of a scope or of a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ScopeName {
    /// [`Scope::Send`].
    Send,
    /// [`Scope::Inbox`].
    Inbox,
    /// [`Scope::ReadNotifications`].
    ReadNotifications,
    /// [`Scope::AdminRead`].
    AdminRead,
    /// [`Scope::TemplatesWrite`].
    TemplatesWrite,
    /// [`Scope::DeliveriesWrite`].
    DeliveriesWrite,
    /// The role that reads what operators read.
    Viewer,
    /// The role that also edits templates.
    Editor,
    /// The role that also replays dead letters and resumes providers.
    Operator,
    /// The role that may do everything of its tenant, and the scope of the same name.
    Admin,
    /// [`Scope::Platform`].
    Platform,
}

impl ScopeName {
    /// Every word.
    pub const ALL: [Self; 11] = [
        Self::Send,
        Self::Inbox,
        Self::ReadNotifications,
        Self::AdminRead,
        Self::TemplatesWrite,
        Self::DeliveriesWrite,
        Self::Viewer,
        Self::Editor,
        Self::Operator,
        Self::Admin,
        Self::Platform,
    ];

    /// The word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Send => Scope::Send.name(),
            Self::Inbox => Scope::Inbox.name(),
            Self::ReadNotifications => Scope::ReadNotifications.name(),
            Self::AdminRead => Scope::AdminRead.name(),
            Self::TemplatesWrite => Scope::TemplatesWrite.name(),
            Self::DeliveriesWrite => Scope::DeliveriesWrite.name(),
            Self::Viewer => "viewer",
            Self::Editor => "editor",
            Self::Operator => "operator",
            Self::Admin => Scope::Admin.name(),
            Self::Platform => Scope::Platform.name(),
        }
    }

    /// The scopes that it grants.
    pub const fn scopes(self) -> ScopeSet {
        match self {
            Self::Send => ScopeSet::of(&[Scope::Send]),
            Self::Inbox => ScopeSet::of(&[Scope::Inbox]),
            Self::ReadNotifications => ScopeSet::of(&[Scope::ReadNotifications]),
            Self::AdminRead | Self::Viewer => ScopeSet::of(&[Scope::AdminRead]),
            Self::TemplatesWrite => ScopeSet::of(&[Scope::TemplatesWrite]),
            Self::DeliveriesWrite => ScopeSet::of(&[Scope::DeliveriesWrite]),
            Self::Editor => ScopeSet::of(&[Scope::AdminRead, Scope::TemplatesWrite]),
            Self::Operator => ScopeSet::of(&[Scope::AdminRead, Scope::DeliveriesWrite]),
            Self::Admin => ScopeSet::ADMIN,
            Self::Platform => ScopeSet::of(&[Scope::Platform]),
        }
    }
}

impl fmt::Display for ScopeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A word that is neither a scope nor a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be one of notifications:send, inbox, read:notifications, admin:read, templates:write, deliveries:write, viewer, editor, operator, \
     admin, platform"
)]
pub struct UnknownScope;

impl FromStr for ScopeName {
    type Err = UnknownScope;

    fn from_str(word: &str) -> Result<Self, UnknownScope> {
        let mut all = Self::ALL.into_iter();
        all.find(|name| name.name() == word).ok_or(UnknownScope)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_word_is_a_scope() {
        let set = ScopeSet::of_words("notifications:send inbox openid");
        assert!(set.has(Scope::Inbox) && set.has(Scope::Send) && !set.has(Scope::Admin));
        for list in ["inbox2 Inbox xinbox", "", " "] {
            assert_eq!(ScopeSet::of_words(list), ScopeSet::default(), "{list}");
        }
    }

    #[test]
    fn a_role_has_the_scopes_of_its_name() {
        let granted = |list: &str| {
            let set = ScopeSet::of_words(list);
            let has = Scope::ALL.into_iter().filter(|scope| set.has(*scope));
            has.map(Scope::name).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(granted("viewer"), "admin:read");
        assert_eq!(granted("editor"), "admin:read templates:write");
        assert_eq!(granted("operator"), "admin:read deliveries:write");
        let all = "admin:read templates:write deliveries:write admin";
        assert_eq!(granted("admin"), all);
        assert_eq!(granted("platform"), "platform");
        assert_eq!(
            granted("editor operator"),
            "admin:read templates:write deliveries:write"
        );
    }

    #[test]
    fn every_word_is_read_back_and_listed_where_it_is_not() {
        for name in ScopeName::ALL {
            assert_eq!(name.name().parse(), Ok(name));
            assert!(UnknownScope.to_string().contains(name.name()), "{name}");
        }
    }
}
