//! How an inbox is named on the wire: by a hash, which also chooses its channel.

use campanile_cache::Mailbox;
use sha2::{Digest, Sha256};

/// How many channels there are. More would let a node hear less of inboxes that it does not watch; fewer would need
/// fewer subscriptions.
pub(super) const SHARDS: usize = 256;

/// The hash of an inbox. A tenant cannot choose a user's id so that it collides with another's: these are 128 bits of a
/// SHA-256.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Address(pub(super) [u8; Self::BYTES]);

impl Address {
    pub(super) const BYTES: usize = 16;
    /// Of a change that has no details: another inbox that shares these is only read without need.
    pub(super) const SHORT_BYTES: usize = 8;

    pub(super) fn of(whose: &Mailbox) -> Self {
        let tenant = whose.tenant.as_str();
        let digest = Sha256::new()
            .chain_update((tenant.len() as u64).to_be_bytes())
            .chain_update(tenant)
            .chain_update(whose.user.as_str())
            .finalize();
        let mut address = [0; Self::BYTES];
        address.copy_from_slice(&digest[..Self::BYTES]);
        Self(address)
    }

    /// The channel, from 0 to 255.
    pub(super) fn shard(&self) -> u8 {
        self.0[Self::BYTES - 1]
    }

    /// What stands for it where there are no details.
    pub(super) fn short(&self) -> [u8; Self::SHORT_BYTES] {
        let mut short = [0; Self::SHORT_BYTES];
        short.copy_from_slice(&self.0[..Self::SHORT_BYTES]);
        short
    }
}

/// The names of an installation's channels.
#[derive(Clone)]
pub(super) struct Channels(String);

impl Channels {
    pub(super) fn new(namespace: &str) -> Self {
        Self(format!("campanile:signal:{}:{namespace}:", namespace.len()))
    }

    pub(super) fn name(&self, shard: u8) -> String {
        format!("{}{shard}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use campanile_domain::{TenantId, UserId};

    use super::*;

    fn address(tenant: &str, user: &str) -> Address {
        let (tenant, user) = (TenantId::parse(tenant), UserId::parse(user));
        Address::of(&Mailbox::new(
            &tenant.expect("a tenant"),
            &user.expect("a user"),
        ))
    }

    #[test]
    fn inboxes_have_different_addresses_and_are_spread_over_the_channels() {
        assert_ne!(address("a", "bc"), address("ab", "c"));
        let all: Vec<_> = (0..4_000)
            .map(|n| address("acme", &format!("u{n}")))
            .collect();
        let short: HashSet<_> = all.iter().map(Address::short).collect();
        assert_eq!(short.len(), all.len());
        let shards: HashSet<_> = all.iter().map(Address::shard).collect();
        assert_eq!(shards.len(), SHARDS);
    }
}
