//! What a link that works once allows, and what a page that it has opened may do.

use campanile_domain::{LinkPurpose, TenantId, UserId};
use chrono::{DateTime, Utc};

/// A link that works once, for a short time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MagicLink {
    /// Whose user.
    pub tenant: TenantId,
    /// The user.
    pub user: UserId,
    /// What it is for.
    pub purpose: LinkPurpose,
    /// From then on it is void.
    pub expires_at: DateTime<Utc>,
}

/// A page that a link has opened. Its address names it, and only the browser that opened it has the cookie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageSession {
    /// Whose, for what and until when.
    pub link: MagicLink,
    /// The first half of the SHA-256 of the cookie.
    pub cookie: [u8; 16],
}

impl MagicLink {
    /// What is sealed. None of the parts has a line break.
    pub(crate) fn plain(&self) -> String {
        let ends = self.expires_at.timestamp_millis();
        format!("{}\n{ends}\n{}", self.purpose, self.user)
    }

    /// Reads it back.
    pub(crate) fn of(tenant: TenantId, plain: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(plain).ok()?;
        let mut parts = text.splitn(3, '\n');
        let (purpose, ends, user) = (parts.next()?, parts.next()?, parts.next()?);
        Some(Self {
            tenant,
            user: UserId::parse(user).ok()?,
            purpose: purpose.parse().ok()?,
            expires_at: DateTime::from_timestamp_millis(ends.parse().ok()?)?,
        })
    }
}

impl PageSession {
    /// What is sealed: the cookie's half hash, and the rest.
    pub(crate) fn plain(&self) -> Vec<u8> {
        let mut plain = self.cookie.to_vec();
        plain.extend_from_slice(self.link.plain().as_bytes());
        plain
    }

    /// Reads it back.
    pub(crate) fn of(tenant: TenantId, plain: &[u8]) -> Option<Self> {
        let (cookie, rest) = plain.split_at_checked(16)?;
        Some(Self {
            link: MagicLink::of(tenant, rest)?,
            cookie: cookie.try_into().ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_and_a_session_are_read_back() {
        let link = MagicLink {
            tenant: TenantId::parse("acme").expect("valid"),
            user: UserId::parse("a b").expect("valid"),
            purpose: LinkPurpose::SettingsView,
            expires_at: DateTime::from_timestamp_millis(1_800_000_000_123).expect("a moment"),
        };
        let read = MagicLink::of(link.tenant.clone(), link.plain().as_bytes());
        assert_eq!(read, Some(link.clone()));
        let session = PageSession {
            link: link.clone(),
            cookie: *b"0123456789abcdef",
        };
        let read = PageSession::of(link.tenant.clone(), &session.plain());
        assert_eq!(read, Some(session));
        for wrong in [
            &b""[..],
            b"settings_view",
            b"other\n1\nu",
            b"settings_view\nx\nu",
        ] {
            assert_eq!(MagicLink::of(link.tenant.clone(), wrong), None);
        }
    }
}
