//! Which host a request is for, where it must say so (RFC 9112 3.2, RFC 9110 7.2).

use http::uri::Authority;
use http::{HeaderValue, Request, Version, header};

/// Whether a request says it as it must: one `Host` line with a host and perhaps a port, and none
/// missing in HTTP/1.1. HTTP/2 has `:authority` for it.
pub(super) fn is_named<B>(request: &Request<B>) -> bool {
    let mut lines = request.headers().get_all(header::HOST).iter();
    match (lines.next(), lines.next()) {
        (Some(host), None) => is_host(host),
        (None, _) => request.version() != Version::HTTP_11,
        (Some(_), Some(_)) => false,
    }
}

/// An empty one is that of a URI without an authority.
fn is_host(value: &HeaderValue) -> bool {
    let host = |text: &str| {
        let is_authority = || text.parse::<Authority>().is_ok();
        text.is_empty() || (!text.contains('@') && is_authority())
    };
    value.to_str().is_ok_and(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_names_one_host() {
        let request = |version, hosts: &[&str]| {
            let mut request = Request::builder().version(version);
            for host in hosts {
                request = request.header("host", *host);
            }
            request.body(()).expect("a request")
        };
        let (one, old, two) = (Version::HTTP_11, Version::HTTP_10, Version::HTTP_2);
        for (version, hosts, expected) in [
            (one, &["a.example"][..], true),
            (one, &["a.example:8080"], true),
            (one, &["[::1]:8080"], true),
            (one, &[""], true),
            (one, &[], false),
            (old, &[], true),
            (two, &[], true),
            (one, &["a", "a"], false),
            (old, &["a", "b"], false),
            (two, &["a", "a"], false),
            (one, &["a b"], false),
            (one, &["a/b"], false),
            (one, &["u@a"], false),
            (one, &["a, b"], false),
        ] {
            let request = request(version, hosts);
            assert_eq!(is_named(&request), expected, "{version:?} {hosts:?}");
        }
    }
}
