//! From which address a request came.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use http::HeaderMap;
use ipnet::IpNet;

const X_FORWARDED_FOR: &str = "x-forwarded-for";

/// The address at the other end of the connection; the accept loop notes it in the request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// The proxies whose word on a caller's address counts; cheap to clone.
#[derive(Debug, Clone)]
pub struct TrustedProxies(Arc<[IpNet]>);

impl TrustedProxies {
    /// Believes what proxies in these networks say.
    pub fn new(networks: Vec<IpNet>) -> Self {
        Self(networks.into())
    }

    /// The caller's address. Each proxy appends the address that it was called from, so the list is read
    /// from its end, and only as far as those who wrote it are trusted: a caller may begin it with anything.
    pub(super) fn caller(&self, Peer(peer): Peer, headers: &HeaderMap) -> IpAddr {
        let values = headers.get_all(X_FORWARDED_FOR).iter().rev();
        // A value that is no text ends the list like a hop that is no address.
        let hops = values.flat_map(|value| value.to_str().unwrap_or_default().rsplit(','));
        let mut caller = peer.to_canonical();
        for hop in hops {
            match address(hop.trim()) {
                Some(hop) if self.trusts(caller) => caller = hop,
                _ => break,
            }
        }
        caller
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

/// An address as proxies write it: alone, or with a port.
fn address(text: &str) -> Option<IpAddr> {
    let alone = text.parse().ok();
    let with_port = || text.parse::<SocketAddr>().map(|socket| socket.ip()).ok();
    alone.or_else(with_port).map(|found| found.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_believed_as_far_as_its_writers_are() {
        let trusted = "10.0.0.0/8 2001:db8::/32"
            .split(' ')
            .map(|network| network.parse().expect("a network"));
        let proxies = TrustedProxies::new(trusted.collect());
        let (proxy, stranger) = ("10.0.0.1", "198.51.100.7");
        for (peer, lists, caller) in [
            (stranger, &[][..], stranger),
            (proxy, &[], proxy),
            // Headers of a peer that is not a trusted proxy are ignored.
            (stranger, &["203.0.113.9"], stranger),
            (proxy, &["203.0.113.9"], "203.0.113.9"),
            // What the caller wrote stands before what our proxies appended.
            (proxy, &["192.0.2.1, 203.0.113.9"], "203.0.113.9"),
            (proxy, &["10.9.9.9, 203.0.113.9, 10.0.0.2"], "203.0.113.9"),
            (proxy, &["192.0.2.1", "203.0.113.9,10.0.0.2"], "203.0.113.9"),
            // All are ours: the caller is one of us.
            (proxy, &["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
            (proxy, &["unknown"], proxy),
            (proxy, &["203.0.113.9, unknown, 10.0.0.2"], "10.0.0.2"),
            (proxy, &["203.0.113.9, \u{fc}"], proxy),
            (proxy, &[""], proxy),
            (proxy, &["203.0.113.9:51234"], "203.0.113.9"),
            (proxy, &["[2606:4700::1]:443"], "2606:4700::1"),
            (proxy, &["::ffff:203.0.113.9"], "203.0.113.9"),
            ("::ffff:10.0.0.1", &["203.0.113.9"], "203.0.113.9"),
            ("2001:db8::1", &["203.0.113.9"], "203.0.113.9"),
        ] {
            let mut headers = HeaderMap::new();
            for list in lists {
                let value = http::HeaderValue::from_bytes(list.as_bytes()).expect("a value");
                headers.append(X_FORWARDED_FOR, value);
            }
            let peer = Peer(peer.parse().expect("an address"));
            let expected: IpAddr = caller.parse().expect("an address");
            assert_eq!(
                proxies.caller(peer, &headers),
                expected,
                "{peer:?} {lists:?}"
            );
        }
    }
}
