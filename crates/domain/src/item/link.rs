//! Links that a notification may open: https, or a scheme that the tenant's own apps have.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A scheme is never longer; those in use have a dozen letters.
const MAX_SCHEME_BYTES: usize = 32;
/// Schemes that run what the link itself says, or read the device: no tenant may allow them.
const NEVER: [&str; 9] = [
    "javascript",
    "data",
    "file",
    "vbscript",
    "blob",
    "about",
    "filesystem",
    "view-source",
    "content",
];

/// A link as its sender wrote it, checked. Its scheme may still be one that the tenant has not allowed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Link(String);

/// Why a text is no link that may be opened; it never repeats the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// Longer than browsers, mails and pushes all take.
    #[error("the link is longer than {} bytes", Link::MAX_BYTES)]
    TooLong,
    /// White space, a control character, a sign that hides others, a quotation mark, an angle bracket or a backslash.
    #[error(
        "the link has white space, an invisible character, a quotation mark, an angle bracket or a backslash"
    )]
    Character,
    /// No scheme, or nothing after it.
    #[error("must be a whole link such as https://example.com/rooms/7")]
    NoScheme,
    /// One of the schemes that no tenant may allow.
    #[error("links of this scheme are never opened")]
    Never,
    /// An https link without a host name, or with a user name before it.
    #[error("must have a host name, without a user name before it")]
    Host,
}

impl Link {
    /// The longest link, in bytes.
    pub const MAX_BYTES: usize = 2_048;

    /// Reads a link.
    ///
    /// # Errors
    /// The first rule of [`LinkError`] that it breaks.
    pub fn parse(text: &str) -> Result<Self, LinkError> {
        if text.len() > Self::MAX_BYTES {
            return Err(LinkError::TooLong);
        }
        if text.chars().any(is_dangerous) {
            return Err(LinkError::Character);
        }
        let (scheme, rest) = text.split_once(':').ok_or(LinkError::NoScheme)?;
        let scheme = LinkScheme::parse(scheme)?;
        if rest.trim_matches('/').is_empty() {
            return Err(LinkError::NoScheme);
        }
        if scheme.is_of_the_web() && !has_host(rest) {
            return Err(LinkError::Host);
        }
        Ok(Self(text.to_owned()))
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether browsers and mail programs everywhere open it.
    pub fn is_https(&self) -> bool {
        self.has_scheme("https")
    }

    /// Whether it may be opened for a tenant that has allowed these schemes besides https.
    pub fn is_allowed(&self, own: &[LinkScheme]) -> bool {
        self.is_https() || own.iter().any(|scheme| self.has_scheme(scheme.as_str()))
    }

    fn has_scheme(&self, scheme: &str) -> bool {
        let own = self.0.split_once(':').map_or("", |(own, _)| own);
        own.eq_ignore_ascii_case(scheme)
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a link begins with: `https`, or the name that a tenant's app has registered.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct LinkScheme(String);

impl LinkScheme {
    /// The most schemes that a tenant may allow.
    pub const MOST: usize = 16;

    /// Reads a scheme, in lower case afterwards.
    ///
    /// # Errors
    /// [`LinkError::NoScheme`] or [`LinkError::Never`].
    pub fn parse(text: &str) -> Result<Self, LinkError> {
        let is_scheme = text.len() <= MAX_SCHEME_BYTES
            && text.starts_with(|first: char| first.is_ascii_alphabetic())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
        if !is_scheme {
            return Err(LinkError::NoScheme);
        }
        let scheme = text.to_ascii_lowercase();
        match NEVER.contains(&scheme.as_str()) {
            true => Err(LinkError::Never),
            false => Ok(Self(scheme)),
        }
    }

    /// Its name, in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn is_of_the_web(&self) -> bool {
        matches!(self.0.as_str(), "https" | "http")
    }
}

impl fmt::Display for LinkScheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What no link needs unencoded, and what could end an attribute, split a header or show another address than it has.
fn is_dangerous(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '"' | '<' | '>' | '`' | '\\')
        || matches!(
            c,
            '\u{ad}'
                | '\u{61c}'
                | '\u{200b}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// Whether `//host[:port]` stands at the beginning, without a name before the host: such a name passes for the host.
fn has_host(rest: &str) -> bool {
    let Some(rest) = rest.strip_prefix("//") else {
        return false;
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let authority = &rest[..end];
    if authority.contains('@') {
        return false;
    }
    let (host, port) = match authority.strip_prefix('[') {
        Some(literal) => match literal.split_once(']') {
            Some((ip, port)) if ip.parse::<std::net::Ipv6Addr>().is_ok() => ("", port),
            _ => return false,
        },
        None => match authority.find(':') {
            Some(at) => authority.split_at(at),
            None => (authority, ""),
        },
    };
    let is_port = port.is_empty()
        || port
            .strip_prefix(':')
            .is_some_and(|port| port.is_empty() || port.parse::<u16>().is_ok());
    let is_literal = authority.starts_with('[');
    let is_name = || {
        idna::domain_to_ascii(host).is_ok_and(|name| {
            let name = name.trim_end_matches('.');
            let is_label = |label: &str| {
                (1..=63).contains(&label.len())
                    && label
                        .bytes()
                        .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
            };
            name.len() <= 253 && name.split('.').all(is_label)
        })
    };
    is_port && (is_literal || is_name())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_https_or_of_an_app_and_nothing_that_runs() {
        use LinkError::{Character, Host, Never, NoScheme};
        for (text, expected) in [
            ("https://example.com", Ok(())),
            ("HTTPS://Example.com:8443/a?b=c#d", Ok(())),
            ("https://müller.example/straße?q=ä", Ok(())),
            ("https://[2001:db8::1]:443/", Ok(())),
            ("https://192.0.2.7/x", Ok(())),
            ("https://chat_1.example.com./x", Ok(())),
            ("myapp://room/7", Ok(())),
            ("com.example.app:room/7", Ok(())),
            ("mailto:a@example.com", Ok(())),
            ("http://example.com", Ok(())),
            ("", Err(NoScheme)),
            ("example.com/x", Err(NoScheme)),
            ("//example.com", Err(NoScheme)),
            ("/rooms/7", Err(NoScheme)),
            (":x", Err(NoScheme)),
            ("1a:x", Err(NoScheme)),
            ("myapp:", Err(NoScheme)),
            ("myapp://", Err(NoScheme)),
            ("javascript:alert(1)", Err(Never)),
            ("JavaScript:alert(1)", Err(Never)),
            ("data:text/html,x", Err(Never)),
            ("file:///etc/passwd", Err(Never)),
            ("vbscript:x", Err(Never)),
            ("java\nscript:alert(1)", Err(Character)),
            (" javascript:alert(1)", Err(Character)),
            ("https://example.com/a b", Err(Character)),
            ("https://example.com/\u{202e}x", Err(Character)),
            ("https://example.com/\"onclick=x", Err(Character)),
            ("https://example.com/<b>", Err(Character)),
            ("https:\\\\example.com", Err(Character)),
            ("https:example.com", Err(Host)),
            ("https:///x", Err(Host)),
            ("https://?x", Err(Host)),
            ("https://bank.example@evil.example/", Err(Host)),
            ("https://example.com:99999/", Err(Host)),
            ("https://exa%mple.com/", Err(Host)),
            ("https://a..b/", Err(Host)),
            ("https://[::1/", Err(Host)),
        ] {
            assert_eq!(Link::parse(text).map(drop), expected, "{text:?}");
        }
        let long = format!("https://example.com/{}", "x".repeat(Link::MAX_BYTES));
        assert_eq!(Link::parse(&long), Err(LinkError::TooLong));
    }

    #[test]
    fn a_tenant_allows_schemes_of_its_own() {
        let own = [LinkScheme::parse("MyApp").expect("a scheme")];
        for (text, expected) in [
            ("https://example.com", true),
            ("myapp://room/7", true),
            ("MYAPP:x", true),
            ("myapp2:x", false),
            ("http://example.com", false),
        ] {
            let link = Link::parse(text).expect("a link");
            assert_eq!(link.is_allowed(&own), expected, "{text}");
            assert_eq!(link.is_allowed(&[]), expected && link.is_https(), "{text}");
        }
        for never in ["javascript", "DATA", "file", "", "a b", "1x", "x:"] {
            assert!(LinkScheme::parse(never).is_err(), "{never}");
        }
    }
}
