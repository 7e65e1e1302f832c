//! The channels that each tenant can deliver through, and to which addresses.

use std::collections::HashMap;

use crate::{Channel, TenantId};

/// Which channels a tenant's notifications can take. An address either belongs to the tenant (a
/// webhook's URL) and stands here, or to the user and stands in the address book.
#[derive(Debug, Clone, Default)]
pub struct Routes(HashMap<TenantId, Vec<Route>>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Route {
    channel: Channel,
    /// `None`: each user has their own.
    address: Option<String>,
}

impl Routes {
    /// Adds a route to an address of the tenant's own.
    pub fn add(&mut self, tenant: TenantId, channel: Channel, address: String) {
        let address = Some(address);
        let routes = self.0.entry(tenant).or_default();
        routes.push(Route { channel, address });
    }

    /// Adds a route to the addresses that its users have.
    pub fn add_for_users(&mut self, tenant: TenantId, channel: Channel) {
        let address = None;
        let routes = self.0.entry(tenant).or_default();
        routes.push(Route { channel, address });
    }

    /// Adds what another set has of a tenant, for those channels that this one has no route for.
    pub fn add_missing(&mut self, tenant: &TenantId, others: &Self) {
        let own = self.0.entry(tenant.clone()).or_default();
        let has = own.iter().map(|route| route.channel).collect::<Vec<_>>();
        let missing = others.of(tenant).iter();
        own.extend(
            missing
                .filter(|route| !has.contains(&route.channel))
                .cloned(),
        );
    }

    /// The tenant's own addresses of a channel.
    pub fn addresses(&self, tenant: &TenantId, channel: Channel) -> impl Iterator<Item = &str> {
        let routes = self.of(tenant).iter();
        routes
            .filter(move |route| route.channel == channel)
            .filter_map(|route| route.address.as_deref())
    }

    /// Whether the tenant has an account of this channel.
    pub fn has(&self, tenant: &TenantId, channel: Channel) -> bool {
        self.of(tenant).iter().any(|route| route.channel == channel)
    }

    /// Whether a channel takes its addresses from the tenant's users.
    pub fn serves_users(&self, tenant: &TenantId, channel: Channel) -> bool {
        let mut routes = self.of(tenant).iter();
        routes.any(|route| route.channel == channel && route.address.is_none())
    }

    /// Whether any channel of the tenant needs the addresses of its users.
    pub fn needs_addresses(&self, tenant: &TenantId) -> bool {
        self.of(tenant).iter().any(|route| route.address.is_none())
    }

    /// Whether anything of the tenant's leaves at all, beside what is in inboxes.
    pub fn has_any(&self, tenant: &TenantId) -> bool {
        !self.of(tenant).is_empty()
    }

    fn of(&self, tenant: &TenantId) -> &[Route] {
        self.0.get(tenant).map_or(&[], Vec::as_slice)
    }
}
