//! How many calls of an account go to one server that a user chose.
//!
//! One that answers slowly, or never, would take all calls of its account, and every other user of the tenant would wait. Servers
//! that are known to serve many users have as many as the account has; all others together have a share.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use url::Url;

/// The calls in flight of one account to origins that are not known.
#[derive(Debug)]
pub(crate) struct Origins {
    known: &'static [&'static str],
    at_one: usize,
    at_all: usize,
    calls: Mutex<HashMap<String, usize>>,
}

/// A call in flight; it counts until it is dropped.
#[derive(Debug)]
pub(crate) struct Place(Option<(Arc<Origins>, String)>);

impl Origins {
    /// So many calls to one origin, and to all together, that is not known. Each of `known` is a name, or with a dot the end of a
    /// name.
    pub(crate) fn new(known: &'static [&'static str], at_one: usize, at_all: usize) -> Arc<Self> {
        Arc::new(Self {
            known,
            at_one,
            at_all,
            calls: Mutex::default(),
        })
    }

    /// A place for one call to this URL; `None` while its origin, or all of them, have as many as they may.
    pub(crate) fn enter(self: &Arc<Self>, url: &Url) -> Option<Place> {
        if self.is_known(url) {
            return Some(Place(None));
        }
        let origin = url.origin().ascii_serialization();
        let mut calls = self.calls();
        let (here, all) = (calls.get(&origin).copied(), calls.values().sum::<usize>());
        if here.unwrap_or_default() >= self.at_one || all >= self.at_all {
            return None;
        }
        *calls.entry(origin.clone()).or_default() += 1;
        drop(calls);
        Some(Place(Some((Arc::clone(self), origin))))
    }

    /// By name: an address that is written as a number is none of theirs.
    fn is_known(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        self.known.iter().any(|known| match known.starts_with('.') {
            true => host.ends_with(known),
            false => host == *known,
        })
    }

    fn calls(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
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

#[cfg(test)]
mod tests {
    use super::*;

    const AT_ONE: usize = 16;
    const AT_ALL: usize = 32;

    fn origins() -> Arc<Origins> {
        Origins::new(&["push.example.org", ".push.example.net"], AT_ONE, AT_ALL)
    }

    fn url(text: &str) -> Url {
        Url::parse(text).expect("a URL")
    }

    #[test]
    fn a_slow_service_leaves_places_for_others() {
        let origins = origins();
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
    fn many_slow_services_leave_places_for_those_that_are_known() {
        let origins = origins();
        let all = (0..AT_ALL).map(|n| url(&format!("https://{n}.example/")));
        let held: Vec<_> = all.map(|one| origins.enter(&one)).collect();
        assert!(held.iter().all(Option::is_some));
        assert!(origins.enter(&url("https://new.example/")).is_none());
        for known in ["https://push.example.org/x", "https://a.push.example.net/x"] {
            assert!(origins.enter(&url(known)).is_some(), "{known}");
        }
        for alike in [
            "https://push.example.org.example/",
            "https://push.example.net.example/",
            "https://xpush.example.org/",
        ] {
            assert!(origins.enter(&url(alike)).is_none(), "{alike}");
        }
    }
}
