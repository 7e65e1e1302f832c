//! What a tenant's messages have in common.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A tenant's brand: variables of every template.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Brand {
    /// The name.
    pub name: Option<String>,
    /// The address of a picture.
    pub logo: Option<String>,
    /// Colours as `#rrggbb`, by name.
    pub colors: BTreeMap<String, String>,
    /// The postal address.
    pub address: Option<String>,
    /// Web addresses by name, such as `help` or `imprint`.
    pub links: BTreeMap<String, String>,
}

impl Brand {
    /// Colours and links that there may be.
    pub const ENTRIES: usize = 20;
    /// Bytes of each text.
    pub const TEXT_BYTES: usize = 1_000;

    /// Whether a text is a colour as mail programs take it.
    ///
    /// # Errors
    /// What was expected.
    pub fn color(text: &str) -> Result<String, &'static str> {
        let digits = text.strip_prefix('#').unwrap_or_default();
        let is_color =
            matches!(digits.len(), 3 | 6) && digits.bytes().all(|b| b.is_ascii_hexdigit());
        match is_color {
            true => Ok(text.to_ascii_lowercase()),
            false => Err("must be a colour such as #0a7cff"),
        }
    }

    /// Whether a text is a web address that may stand in a mail.
    ///
    /// # Errors
    /// What was expected.
    pub fn address(text: &str) -> Result<String, &'static str> {
        let allowed =
            |c: char| !c.is_control() && !c.is_whitespace() && !matches!(c, '"' | '<' | '>' | '\\');
        let rest = text.strip_prefix("https://").unwrap_or_default();
        let fits = !rest.is_empty() && !rest.starts_with('/') && text.len() <= Self::TEXT_BYTES;
        match fits && text.chars().all(allowed) {
            true => Ok(text.to_owned()),
            false => Err("must be an https address of at most 1000 bytes"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_and_addresses_cannot_break_out_of_a_mail() {
        assert_eq!(Brand::color("#0A7CFF"), Ok("#0a7cff".into()));
        for wrong in ["red", "#12345", "#12345g", "", "#fff;x:y"] {
            assert!(Brand::color(wrong).is_err(), "{wrong}");
        }
        assert!(Brand::address("https://acme.example/logo.png").is_ok());
        for wrong in [
            "http://a.example",
            "https://",
            "javascript:x",
            "https://a\"b",
            "https://a b",
        ] {
            assert!(Brand::address(wrong).is_err(), "{wrong}");
        }
    }
}
