//! What a caller may do.

/// A permission named in a token's `scope`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// A service that sends on behalf of its tenant.
    Send,
    /// A user who reads their own inbox; `sub` is the user.
    Inbox,
    /// The tenant's operator.
    Admin,
    /// The installation's operator: names a tenant in `X-Tenant`.
    Platform,
}

impl Scope {
    /// The text in a token's `scope`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Send => "notifications:send",
            Self::Inbox => "inbox",
            Self::Admin => "admin",
            Self::Platform => "platform",
        }
    }

    /// The `WWW-Authenticate` answer to a token that lacks it (RFC 6750 section 3).
    pub(crate) const fn challenge(self) -> &'static str {
        match self {
            Self::Send => {
                r#"Bearer realm="campanile", error="insufficient_scope", scope="notifications:send""#
            }
            Self::Inbox => r#"Bearer realm="campanile", error="insufficient_scope", scope="inbox""#,
            Self::Admin => r#"Bearer realm="campanile", error="insufficient_scope", scope="admin""#,
            Self::Platform => {
                r#"Bearer realm="campanile", error="insufficient_scope", scope="platform""#
            }
        }
    }

    /// Whether a space-separated list names it.
    pub(crate) fn is_in(self, list: &str) -> bool {
        list.split(' ').any(|name| name == self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_word_is_a_scope() {
        assert!(Scope::Inbox.is_in("notifications:send inbox"));
        assert!(!Scope::Inbox.is_in("inbox2 Inbox xinbox"));
        assert!(!Scope::Inbox.is_in(""));
    }
}
