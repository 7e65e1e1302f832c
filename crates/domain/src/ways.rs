//! The ways that are set up, per tenant.

use std::collections::HashMap;

use crate::{Channel, TenantId};

/// Which channels a tenant's notifications can take. An address either belongs to the tenant (a
/// webhook's URL) and stands here, or to the user and stands in the address book.
#[derive(Debug, Clone, Default)]
pub struct Ways(HashMap<TenantId, Vec<Way>>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Way {
    channel: Channel,
    /// `None`: each user has their own.
    address: Option<String>,
}

impl Ways {
    /// Adds a way to an address of the tenant's own.
    pub fn add(&mut self, tenant: TenantId, channel: Channel, address: String) {
        let address = Some(address);
        let ways = self.0.entry(tenant).or_default();
        ways.push(Way { channel, address });
    }

    /// Adds a way to whatever addresses its users have.
    pub fn add_for_users(&mut self, tenant: TenantId, channel: Channel) {
        let address = None;
        let ways = self.0.entry(tenant).or_default();
        ways.push(Way { channel, address });
    }

    /// The tenant's own addresses of a channel.
    pub fn addresses(&self, tenant: &TenantId, channel: Channel) -> impl Iterator<Item = &str> {
        let ways = self.of(tenant).iter();
        ways.filter(move |way| way.channel == channel)
            .filter_map(|way| way.address.as_deref())
    }

    /// Whether a channel takes its addresses from the tenant's users.
    pub fn serves_users(&self, tenant: &TenantId, channel: Channel) -> bool {
        let mut ways = self.of(tenant).iter();
        ways.any(|way| way.channel == channel && way.address.is_none())
    }

    /// Whether any channel of the tenant needs the addresses of its users.
    pub fn needs_addresses(&self, tenant: &TenantId) -> bool {
        self.of(tenant).iter().any(|way| way.address.is_none())
    }

    fn of(&self, tenant: &TenantId) -> &[Way] {
        self.0.get(tenant).map_or(&[], Vec::as_slice)
    }
}
