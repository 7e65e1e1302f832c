//! Where a tenant's notifications can go.

use std::collections::BTreeSet;

use campanile_domain::{Routes, TenantId};
use campanile_storage::Provider;

use crate::public_url;

/// The routes of a tenant: of each channel its first provider, and for channels without one the account of the
/// operator's settings, if there is one.
pub fn routes(tenant: &TenantId, providers: &[Provider], operators: &Routes) -> Routes {
    let (mut routes, mut served) = (Routes::default(), BTreeSet::new());
    for provider in providers {
        if served.insert(provider.channel) {
            match public_url(provider) {
                Some(url) => routes.add(tenant.clone(), provider.channel, url),
                None => routes.add_for_users(tenant.clone(), provider.channel),
            }
        }
    }
    routes.add_missing(tenant, operators);
    routes
}
