//! What a client of a mail relay says that it is called (RFC 5321, section 4.1.1.1): a fully-qualified host
//! name, or its address in brackets.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::InvalidName;

/// RFC 1035, section 2.3.4.
const MAX_BYTES: usize = 255;
/// RFC 1035, section 2.3.4.
const MAX_LABEL_BYTES: usize = 63;
/// Last labels of names that no stranger can look up (RFC 2606, RFC 6761, RFC 6762, RFC 8375, RFC 9476, and
/// what routers and containers make up).
const NOT_PUBLIC: [&str; 13] = [
    "alt",
    "arpa",
    "corp",
    "example",
    "home",
    "internal",
    "invalid",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "private",
    "test",
];

/// The name in EHLO.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeloName(String);

impl HeloName {
    /// Takes a host name with a dot in it, or an address literal: `mail.example.com`, `[192.0.2.1]`,
    /// `[IPv6:2001:db8::1]`.
    ///
    /// # Errors
    /// [`InvalidName`] says what was expected.
    pub fn parse(text: &str) -> Result<Self, InvalidName> {
        let literal = text.strip_prefix('[').and_then(|t| t.strip_suffix(']'));
        let is_good = match literal {
            Some(address) => match address.get(..5) {
                Some(tag) if tag.eq_ignore_ascii_case("IPv6:") => {
                    address[5..].parse::<Ipv6Addr>().is_ok()
                }
                _ => address.parse::<Ipv4Addr>().is_ok(),
            },
            None => is_fully_qualified(text),
        };
        if is_good {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidName(
                "expected a fully-qualified host name such as mail.example.com, or an address in brackets such as [192.0.2.1]",
            ))
        }
    }

    /// The address literal of an address.
    pub fn of_address(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V4(address) => format!("[{address}]"),
            IpAddr::V6(address) => format!("[IPv6:{address}]"),
        })
    }

    /// A machine's own name, if it is one that a relay may look up: not `web-1`, nor `web-1.local`.
    pub fn of_machine(name: &str) -> Option<Self> {
        let last = name.rsplit('.').next()?;
        let is_public = !NOT_PUBLIC.iter().any(|one| last.eq_ignore_ascii_case(one));
        (is_public && is_fully_qualified(name)).then(|| Self(name.to_owned()))
    }

    /// As it is said.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for HeloName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_fully_qualified(name: &str) -> bool {
    let is_label = |label: &str| {
        (1..=MAX_LABEL_BYTES).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let last = name.rsplit('.').next().unwrap_or_default();
    name.len() <= MAX_BYTES
        && name.contains('.')
        && name.split('.').all(is_label)
        // Else it is an address without its brackets.
        && last.bytes().any(|b| b.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_a_dot_and_an_address_its_brackets() {
        let long = format!("{}.example.com", "x".repeat(64));
        for (text, is_good) in [
            ("mail.example.com", true),
            ("MAIL.example.com", true),
            ("xn--bcher-kva.example", true),
            ("4.example.2x", true),
            ("[192.0.2.1]", true),
            ("[IPv6:2001:db8::1]", true),
            ("[ipv6:::1]", true),
            ("", false),
            ("localhost", false),
            ("mail.example.com.", false),
            (".example.com", false),
            ("a..b", false),
            ("-a.example.com", false),
            ("a_b.example.com", false),
            ("bücher.example", false),
            ("mail.example.com\r\nMAIL FROM:<a@b.example>", false),
            ("mail.example.com x", false),
            ("192.0.2.1", false),
            ("[192.0.2.256]", false),
            ("[2001:db8::1]", false),
            ("[mail.example.com]", false),
            ("[192.0.2.1", false),
            (&long, false),
        ] {
            assert_eq!(HeloName::parse(text).is_ok(), is_good, "{text}");
        }
    }

    #[test]
    fn an_address_is_reported_as_a_literal_and_a_private_name_not_at_all() {
        for (address, literal) in [
            ("192.0.2.1", "[192.0.2.1]"),
            ("::ffff:192.0.2.1", "[192.0.2.1]"),
            ("2001:db8::1", "[IPv6:2001:db8::1]"),
        ] {
            let name = HeloName::of_address(address.parse().expect("an address"));
            assert_eq!(name.as_str(), literal);
            assert_eq!(HeloName::parse(literal), Ok(name));
        }
        for (name, is_usable) in [
            ("mx1.example.org", true),
            ("campanile-worker-7d9f", false),
            ("localhost.localdomain", false),
            ("pi.local", false),
            ("pod.ns.svc.cluster.local", false),
            ("ip-10-0-0-1.ec2.internal", false),
            ("box.home.arpa", false),
            ("a_b.example.org", false),
        ] {
            assert_eq!(HeloName::of_machine(name).is_some(), is_usable, "{name}");
        }
    }
}
