//! The `WWW-Authenticate` answer to a credential that lacks a scope.

use campanile_domain::Scope;

/// The `WWW-Authenticate` answer to a credential that lacks it (RFC 6750 section 3).
pub(crate) const fn challenge(scope: Scope) -> &'static str {
    match scope {
        Scope::Send => {
            r#"Bearer realm="campanile", error="insufficient_scope", scope="notifications:send""#
        }
        Scope::Inbox => r#"Bearer realm="campanile", error="insufficient_scope", scope="inbox""#,
        Scope::ReadNotifications => {
            r#"Bearer realm="campanile", error="insufficient_scope", scope="read:notifications""#
        }
        Scope::AdminRead => {
            r#"Bearer realm="campanile", error="insufficient_scope", scope="admin:read""#
        }
        Scope::TemplatesWrite => {
            r#"Bearer realm="campanile", error="insufficient_scope", scope="templates:write""#
        }
        Scope::DeliveriesWrite => {
            r#"Bearer realm="campanile", error="insufficient_scope", scope="deliveries:write""#
        }
        Scope::Admin => r#"Bearer realm="campanile", error="insufficient_scope", scope="admin""#,
        Scope::Platform => {
            r#"Bearer realm="campanile", error="insufficient_scope", scope="platform""#
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_names_its_scope() {
        for scope in Scope::ALL {
            let named = format!("scope=\"{}\"", scope.name());
            assert!(challenge(scope).ends_with(&named), "{named}");
        }
    }
}
