//! Which addresses are not public.
//!
//! Sources: the IANA IPv4 and IPv6 Special-Purpose Address Registries. An address that carries
//! another one inside (mapped, NAT64, 6to4, Teredo) is judged by both.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether an address is on the public internet.
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => v4_is_public(address),
        IpAddr::V6(address) => v6_is_public(address),
    }
}

fn v4_is_public(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    match (a, b, c) {
        // "This network"; loopback; multicast, reserved and broadcast.
        (0 | 127 | 224..=255, _, _) => false,
        // Private (RFC 1918) and shared by carriers (RFC 6598).
        (10, _, _) | (172, 16..=31, _) | (192, 168, _) | (100, 64..=127, _) => false,
        // Link-local, where clouds keep their metadata.
        (169, 254, _) => false,
        // Protocol assignments, documentation, 6to4 relays, benchmarks.
        (192, 0, 0 | 2) | (198, 51, 100) | (203, 0, 113) | (192, 88, 99) => false,
        (198, 18 | 19, _) => false,
        _ => true,
    }
}

fn v6_is_public(address: Ipv6Addr) -> bool {
    let [a, b, c, d, e, f, g, h] = address.segments();
    let inner = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        v4_is_public(Ipv4Addr::new(a, b, c, d))
    };
    match (a, b) {
        // Unspecified, loopback, and the old way to write an IPv4 address.
        (0, 0) if (c, d, e, f) == (0, 0, 0, 0) => false,
        // IPv4-mapped.
        (0, 0) if (c, d, e, f) == (0, 0, 0, 0xffff) => inner(g, h),
        // NAT64: the well-known prefix carries an address, the local one leads into private nets.
        (0x64, 0xff9b) if (c, d, e, f) == (0, 0, 0, 0) => inner(g, h),
        // Teredo: the server's address, and the client's with every bit turned.
        (0x2001, 0) => inner(c, d) && inner(!g, !h),
        // The other protocol assignments, and documentation.
        (0x2001, 0x1..=0x1ff | 0xdb8) | (0x3fff, 0..=0xfff) => false,
        // 6to4.
        (0x2002, _) => inner(b, c),
        // Nothing else is assigned: unique local, link-local, site-local, multicast, discard-only.
        _ => (0x2000..=0x3fff).contains(&a),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_are_public() {
        let forbidden = "0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.255 127.0.0.1 \
            127.1.2.3 169.254.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.192 \
            192.0.2.1 192.88.99.1 192.168.0.1 192.168.255.255 198.18.0.1 198.19.255.255 198.51.100.7 \
            203.0.113.9 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 :: ::1 ::127.0.0.1 \
            ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 64:ff9b::127.0.0.1 \
            64:ff9b::a00:1 64:ff9b:1::1 100::1 2001:db8::1 2001:0:7f00:1:0:0:f7f7:f7f7 \
            2001:0:808:808:0:0:80ff:fffe 2001:10::1 2002:7f00:1::1 2002:a00:1::1 2002:c0a8:101::1 \
            3fff:1::1 5f00::1 fc00::1 fd12:3456::1 fe80::1 fec0::1 ff02::1 ff0e::1";
        let public = "1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.1 100.63.255.255 100.128.0.1 126.0.0.1 \
            128.0.0.1 169.253.1.1 172.15.255.255 172.32.0.1 192.0.1.1 192.167.1.1 192.169.1.1 \
            198.17.1.1 198.20.1.1 223.255.255.255 2001:4860:4860::8888 2606:4700:4700::1111 \
            2a00:1450::1 ::ffff:8.8.8.8 64:ff9b::8.8.8.8 2002:808:808::1 2400::1";
        for (list, expected) in [(forbidden, false), (public, true)] {
            for text in list.split_whitespace() {
                assert_eq!(is_public(text.parse().expect(text)), expected, "{text}");
            }
        }
        assert!(forbidden.split_whitespace().count() >= 40);
    }
}
