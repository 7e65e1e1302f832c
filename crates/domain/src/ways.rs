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

    /// Adds what another set has of a tenant, for those channels that this one has no way for.
    pub fn add_missing(&mut self, tenant: &TenantId, others: &Self) {
        let own = self.0.entry(tenant.clone()).or_default();
        let has = own.iter().map(|way| way.channel).collect::<Vec<_>>();
        let missing = others.of(tenant).iter();
        own.extend(missing.filter(|way| !has.contains(&way.channel)).cloned());
    }

    /// The tenant's own addresses of a channel.
    pub fn addresses(&self, tenant: &TenantId, channel: Channel) -> impl Iterator<Item = &str> {
        let ways = self.of(tenant).iter();
        ways.filter(move |way| way.channel == channel)
            .filter_map(|way| way.address.as_deref())
    }

    /// Whether the tenant has an account of this channel.
    pub fn has(&self, tenant: &TenantId, channel: Channel) -> bool {
        self.of(tenant).iter().any(|way| way.channel == channel)
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

    /// Whether anything of the tenant's leaves at all, beside what is in inboxes.
    pub fn has_any(&self, tenant: &TenantId) -> bool {
        !self.of(tenant).is_empty()
    }

    fn of(&self, tenant: &TenantId) -> &[Way] {
        self.0.get(tenant).map_or(&[], Vec::as_slice)
    }
}
