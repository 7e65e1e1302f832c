//! The web pages that may use the API from a browser.

use std::collections::HashSet;
use std::sync::Arc;

use http::request::Parts;
use http::{HeaderValue, header};

use crate::problem::{Problem, ProblemCode};

/// The origins of those pages; none unless set. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct AllowedOrigins {
    listed: Arc<HashSet<String>>,
    with_loopback: bool,
}

impl AllowedOrigins {
    /// Allows these origins, as browsers write them: `https://app.example.com`.
    pub fn new(listed: impl IntoIterator<Item = String>) -> Self {
        Self {
            listed: Arc::new(listed.into_iter().collect()),
            with_loopback: false,
        }
    }

    /// Allows every port of `http://localhost` and `http://127.0.0.1` as well, where apps are developed.
    #[must_use]
    pub fn with_loopback(mut self) -> Self {
        self.with_loopback = true;
        self
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.listed.is_empty() && !self.with_loopback
    }

    /// Whether a page of this origin may.
    pub(crate) fn allows(&self, origin: &HeaderValue) -> bool {
        let Ok(origin) = origin.to_str() else {
            return false;
        };
        self.listed.contains(origin) || (self.with_loopback && is_loopback(origin))
    }

    /// Refuses a stream that another page opens. Browsers send no preflight for a WebSocket, and a ticket is in the URL,
    /// so CORS would be no protection.
    pub(super) fn check(&self, parts: &Parts) -> Result<(), Problem> {
        let mut all = parts.headers.get_all(header::ORIGIN).iter();
        match (all.next(), all.next()) {
            (None, _) => Ok(()),
            (Some(origin), None) if self.allows(origin) || is_same(origin, parts) => Ok(()),
            _ => Err(Problem::new(
                ProblemCode::OriginNotAllowed,
                "Pages of this origin may not open streams; allow it with CAMPANILE_CORS_ORIGINS",
            )),
        }
    }
}

fn is_loopback(origin: &str) -> bool {
    ["http://localhost", "http://127.0.0.1"]
        .into_iter()
        .filter_map(|host| origin.strip_prefix(host))
        .any(|rest| {
            rest.is_empty()
                || rest
                    .strip_prefix(':')
                    .is_some_and(|port| port.parse::<u16>().is_ok())
        })
}

/// Whether the page comes from this server. Which scheme the server is called by is unknown behind a proxy.
fn is_same(origin: &HeaderValue, parts: &Parts) -> bool {
    let host = parts.headers.get(header::HOST);
    let host = host.and_then(|host| host.to_str().ok());
    let host = host.or_else(|| parts.uri.authority().map(http::uri::Authority::as_str));
    let origin = origin.to_str().ok();
    let origin = origin.and_then(|origin| origin.split_once("://"));
    matches!((origin, host), (Some(("http" | "https", origin)), Some(host)) if origin.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed() -> AllowedOrigins {
        AllowedOrigins::new(["https://app.example.com".to_owned()])
    }

    #[test]
    fn an_origin_is_allowed_only_as_it_is_listed() {
        for (origin, is_allowed) in [
            ("https://app.example.com", true),
            ("http://app.example.com", false),
            ("https://app.example.com:8443", false),
            ("https://app.example.com.evil.example", false),
            ("https://evil.example", false),
            ("null", false),
            ("*", false),
            ("http://localhost:3000", false),
        ] {
            let origin = HeaderValue::from_static(origin);
            assert_eq!(listed().allows(&origin), is_allowed, "{origin:?}");
        }
    }

    #[test]
    fn every_port_of_this_machine_is_allowed_where_that_is_set() {
        for (origin, is_allowed) in [
            ("http://localhost", true),
            ("http://localhost:5173", true),
            ("http://127.0.0.1:8080", true),
            ("https://app.example.com", true),
            ("http://localhost.evil.example", false),
            ("http://localhost:5173.evil.example", false),
            ("http://localhost:99999", false),
            ("http://127.0.0.10:8080", false),
            ("https://localhost:5173", false),
        ] {
            let value = HeaderValue::from_static(origin);
            assert_eq!(
                listed().with_loopback().allows(&value),
                is_allowed,
                "{origin}"
            );
        }
    }

    #[test]
    fn a_stream_is_opened_by_no_page_by_an_allowed_one_or_by_our_own() {
        let check = |origins: &[&'static str]| {
            let mut request = http::Request::get("/").header("host", "notify.example.com");
            for origin in origins {
                request = request.header("origin", *origin);
            }
            let (parts, ()) = request.body(()).expect("a request").into_parts();
            listed().check(&parts).is_ok()
        };
        assert!(check(&[]));
        assert!(check(&["https://app.example.com"]));
        assert!(check(&["https://notify.example.com"]));
        for refused in [
            &["https://evil.example"][..],
            &["null"],
            &["notify.example.com"],
            &["file://notify.example.com"],
            &["https://notify.example.com:8443"],
            &["https://app.example.com", "https://app.example.com"],
        ] {
            assert!(!check(refused), "{refused:?}");
        }
    }
}
