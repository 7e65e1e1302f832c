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
    /// Adds a route to an address of the tenant's own. Deliveries have it without what may be secret in a URL; who calls it
    /// has the account.
    pub fn add(&mut self, tenant: TenantId, channel: Channel, address: String) {
        let address = Some(without_secrets(address));
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

/// Of a URL only where it leads. Its user, path and query may be secret, and each delivery has a copy.
fn without_secrets(address: String) -> String {
    let Some((scheme, rest)) = address.split_once("://") else {
        return address;
    };
    let end = rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let (_, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    match path {
        "" | "/" if host == authority => address,
        _ => format!("{scheme}://{host}/…"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_url_deliveries_have_only_where_it_leads() {
        for (address, kept) in [
            ("https://a.example/hook?k=1", "https://a.example/…"),
            ("https://a.example?k=1", "https://a.example/…"),
            ("https://u:p@a.example:8443/", "https://a.example:8443/…"),
            ("https://u:p@x@a.example", "https://a.example/…"),
            ("http://[::1]:9000\\x", "http://[::1]:9000/…"),
            ("https://a.example#f", "https://a.example/…"),
            ("https://a.example/", "https://a.example/"),
            ("https://a.example", "https://a.example"),
            ("C0123456789", "C0123456789"),
            ("slack", "slack"),
            ("", ""),
        ] {
            let acme = TenantId::parse("acme").expect("valid");
            let mut routes = Routes::default();
            routes.add(acme.clone(), Channel::Webhook, address.into());
            let addresses: Vec<_> = routes.addresses(&acme, Channel::Webhook).collect();
            assert_eq!(addresses, [kept]);
        }
    }
}
