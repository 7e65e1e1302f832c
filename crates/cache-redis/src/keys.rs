//! The names of all keys. Ids may contain any character, so each part has its length as a prefix.

use std::fmt::Write as _;

use campanile_cache::{Bucket, Mailbox, TicketHash};
use campanile_domain::TenantId;

/// Makes names for one installation.
#[derive(Clone)]
pub(crate) struct Keys {
    generation: String,
    namespace: String,
}

impl Keys {
    /// Two installations on one Redis differ by their namespace.
    pub(crate) fn new(namespace: &str) -> Self {
        Self {
            generation: name("generation", &[namespace]),
            namespace: namespace.to_owned(),
        }
    }

    pub(crate) fn generation(&self) -> &str {
        &self.generation
    }

    pub(crate) fn inbox(&self, whose: &Mailbox) -> String {
        let parts = [&self.namespace, whose.tenant.as_str(), whose.user.as_str()];
        name("inbox", &parts)
    }

    pub(crate) fn writers(&self, whose: &Mailbox) -> String {
        let parts = [&self.namespace, whose.tenant.as_str(), whose.user.as_str()];
        name("write", &parts)
    }

    pub(crate) fn stream_ticket(&self, tenant: &TenantId, hash: &TicketHash) -> String {
        let mut hex = String::with_capacity(2 * hash.len());
        for byte in hash {
            // Writing to a String cannot fail.
            let _ = write!(hex, "{byte:02x}");
        }
        name("ticket", &[&self.namespace, tenant.as_str(), &hex])
    }

    pub(crate) fn presence(&self, whose: &Mailbox) -> String {
        let parts = [&self.namespace, whose.tenant.as_str(), whose.user.as_str()];
        name("presence", &parts)
    }

    pub(crate) fn bucket(&self, bucket: &Bucket) -> String {
        let user = bucket.user.as_ref().map_or("", |user| user.as_str());
        let parts = [
            &self.namespace,
            bucket.kind.name(),
            bucket.tenant.as_str(),
            user,
        ];
        name("limit", &parts)
    }
}

fn name(kind: &str, parts: &[&str]) -> String {
    let mut name = format!("campanile:{kind}");
    for part in parts {
        // Writing to a String cannot fail.
        let _ = write!(name, ":{}:{part}", part.len());
    }
    name
}

#[cfg(test)]
mod tests {
    use campanile_domain::{TenantId, UserId};

    use super::*;

    #[test]
    fn no_two_inboxes_share_a_name() {
        let keys = Keys::new("n");
        let mailbox = |tenant, user| {
            let (tenant, user) = (TenantId::parse(tenant), UserId::parse(user));
            Mailbox::new(&tenant.expect("a tenant"), &user.expect("a user"))
        };
        let one = keys.inbox(&mailbox("a", "1:b"));
        assert_ne!(one, keys.inbox(&mailbox("a", "1:b:")));
        assert_ne!(one, keys.inbox(&mailbox("b", "1:b")));
        assert_ne!(
            keys.inbox(&mailbox("a", "b:1:c")),
            keys.inbox(&mailbox("a-b", "1:c"))
        );
        assert_ne!(one, Keys::new("m").inbox(&mailbox("a", "1:b")));
    }
}
