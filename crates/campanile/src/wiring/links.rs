//! Links that people open without signing in.

use std::sync::Arc;

use campanile_config::Settings;
use campanile_domain::Clock;
use campanile_links::{Links, PublicUrl};
use campanile_storage::Storage;

/// By the settings; without a public address none are made.
pub(crate) fn links(
    settings: &Settings,
    storage: &Arc<dyn Storage>,
    clock: &Arc<dyn Clock>,
) -> Links {
    let public_url = settings.http.public_url.as_ref().map(PublicUrl::new);
    Links::new(Arc::clone(storage), Arc::clone(clock), public_url)
}
