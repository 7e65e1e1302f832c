//! Where people reach the API from outside.

use std::fmt;

use url::Url;

/// The address of the API as people have it, without a slash at its end.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicUrl {
    text: String,
    is_secure: bool,
}

impl PublicUrl {
    /// Takes an http or https address.
    pub fn new(url: &Url) -> Self {
        Self {
            text: url.as_str().trim_end_matches('/').to_owned(),
            is_secure: url.scheme() == "https",
        }
    }

    /// Whether it is an https address, which one-click unsubscribing requires (RFC 8058, section 3.1).
    pub const fn is_secure(&self) -> bool {
        self.is_secure
    }

    /// Whether an address is one of the API's.
    pub fn has(&self, url: &Url) -> bool {
        let rest = url.as_str().strip_prefix(&self.text);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
    }

    /// The path of the address, without a slash at its end: of a proxy that serves the API below one.
    pub fn path(&self) -> &str {
        let after_scheme = self.text.split_once("://").map_or("", |(_, rest)| rest);
        after_scheme
            .find('/')
            .map_or("", |place| &after_scheme[place..])
    }

    /// The address of a path, which begins with a slash.
    pub fn of(&self, path: &str) -> String {
        format!("{}{path}", self.text)
    }
}

impl fmt::Debug for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_follow_the_address() {
        for (url, link, is_secure) in [
            ("https://notify.example", "https://notify.example/x", true),
            (
                "https://a.example/notify/",
                "https://a.example/notify/x",
                true,
            ),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080/x", false),
        ] {
            let public = PublicUrl::new(&Url::parse(url).expect("a URL"));
            assert_eq!(public.of("/x"), link);
            let path = if link.contains("/notify/") {
                "/notify"
            } else {
                ""
            };
            assert_eq!(public.path(), path);
            assert_eq!(public.is_secure(), is_secure);
        }
    }
}
