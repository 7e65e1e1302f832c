//! How many calls go to one push service at once.
//!
//! Users bring the endpoints. One that answers slowly, or never, would take all calls of its account, and every other user
//! of the tenant would wait. The services of the browsers have as many as the account has; all others together have a share.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use url::Url;

/// Calls in flight to one origin that is no browser's own.
const AT_ONE: usize = 16;
/// Calls in flight to all such origins together: a quarter of what an account has.
const AT_ALL: usize = 32;

/// The push services of Chrome and its relatives, Firefox, Safari and Edge: a name, or with a dot the end of a name.
const BROWSERS: [&str; 8] = [
    "fcm.googleapis.com",
    "jmt17.google.com",
    "android.googleapis.com",
    "updates.push.services.mozilla.com",
    ".push.services.mozilla.com",
    "web.push.apple.com",
    ".push.apple.com",
    ".notify.windows.com",
];

/// The calls in flight of one account to origins that are no browser's own.
#[derive(Debug, Default)]
pub(super) struct Origins(Mutex<HashMap<String, usize>>);

/// A call in flight; it counts until it is dropped.
#[derive(Debug)]
pub(super) struct Place(Option<(Arc<Origins>, String)>);

impl Origins {
    /// A place for one call to this endpoint; `None` while its origin, or all of them, have as many as they may.
    pub(super) fn enter(self: &Arc<Self>, endpoint: &Url) -> Option<Place> {
        if is_of_a_browser(endpoint) {
            return Some(Place(None));
        }
        let origin = endpoint.origin().ascii_serialization();
        let mut calls = self.calls();
        let (here, all) = (calls.get(&origin).copied(), calls.values().sum::<usize>());
        if here.unwrap_or_default() >= AT_ONE || all >= AT_ALL {
            return None;
        }
        *calls.entry(origin.clone()).or_default() += 1;
        drop(calls);
        Some(Place(Some((Arc::clone(self), origin))))
    }

    fn calls(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some((origins, origin)) = self.0.take() else {
            return;
        };
        let mut calls = origins.calls();
        if let Some(count) = calls.get_mut(&origin) {
            *count -= 1;
            if *count == 0 {
                calls.remove(&origin);
            }
        }
    }
}

/// By name: an address that is written as a number is none of theirs.
fn is_of_a_browser(endpoint: &Url) -> bool {
    let host = endpoint.host_str().unwrap_or_default();
    BROWSERS.iter().any(|known| match known.starts_with('.') {
        true => host.ends_with(known),
        false => host == *known,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).expect("a URL")
    }

    #[test]
    fn a_slow_service_leaves_places_for_others() {
        let origins = Arc::<Origins>::default();
        let slow = url("https://slow.example/1");
        let mut held: Vec<_> = (0..AT_ONE).map(|_| origins.enter(&slow)).collect();
        assert!(held.iter().all(Option::is_some));
        assert!(origins.enter(&slow).is_none());
        // Another port is another origin.
        let other = url("https://slow.example:8443/1");
        assert!(origins.enter(&other).is_some());
        held.pop();
        assert!(origins.enter(&slow).is_some());
        drop(held);
        assert!(origins.calls().is_empty(), "nothing is kept of origins");
    }

    #[test]
    fn many_slow_services_leave_places_for_browsers() {
        let origins = Arc::<Origins>::default();
        let all = (0..AT_ALL).map(|n| url(&format!("https://{n}.example/")));
        let held: Vec<_> = all.map(|one| origins.enter(&one)).collect();
        assert!(held.iter().all(Option::is_some));
        assert!(origins.enter(&url("https://new.example/")).is_none());
        for known in [
            "https://fcm.googleapis.com/fcm/send/x",
            "https://updates.push.services.mozilla.com/wpush/v2/x",
            "https://web.push.apple.com/x",
            "https://wns2-par02p.notify.windows.com/w/?token=x",
        ] {
            assert!(origins.enter(&url(known)).is_some(), "{known}");
        }
        for alike in [
            "https://fcm.googleapis.com.example/",
            "https://notify.windows.com.example/",
            "https://xfcm.googleapis.com/",
        ] {
            assert!(origins.enter(&url(alike)).is_none(), "{alike}");
        }
    }
}
