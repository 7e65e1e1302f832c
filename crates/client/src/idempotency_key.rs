//! The name of a call, the same in every retry and replay.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::system;

/// What the service takes.
const MAX_BYTES: usize = 255;

/// Names one call; the service accepts what bears the same key once within a day.
///
/// Each call gets its own key. Set a better one on the request (the id of a row in an outbox table, for example) if
/// your service may repeat the call after a crash.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IdempotencyKey(String);

/// Text that is no idempotency key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an idempotency key is 1 to 255 visible ASCII characters")]
pub struct InvalidKey;

impl IdempotencyKey {
    /// Makes a unique key.
    pub fn random() -> Self {
        Self(system::unique())
    }

    /// Takes the caller's own.
    ///
    /// # Errors
    /// If it is not 1 to 255 visible ASCII characters.
    pub fn new(key: impl Into<String>) -> Result<Self, InvalidKey> {
        let key = key.into();
        let is_valid =
            (1..=MAX_BYTES).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic());
        is_valid.then_some(Self(key)).ok_or(InvalidKey)
    }

    /// As the header has it. The service takes a text bare, and one that begins with a quotation mark
    /// for a string of RFC 9651; such a key is sent as one.
    pub(crate) fn header(&self) -> Cow<'_, str> {
        if !self.0.starts_with('"') {
            return Cow::Borrowed(&self.0);
        }
        let escaped = self.0.replace('\\', r"\\").replace('"', "\\\"");
        Cow::Owned(format!("\"{escaped}\""))
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for IdempotencyKey {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, InvalidKey> {
        Self::new(text)
    }
}

impl TryFrom<String> for IdempotencyKey {
    type Error = InvalidKey;

    fn try_from(text: String) -> Result<Self, InvalidKey> {
        Self::new(text)
    }
}

impl From<IdempotencyKey> for String {
    fn from(key: IdempotencyKey) -> Self {
        key.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_begins_like_a_string_is_sent_as_one() {
        for (key, header) in [
            ("k", "k"),
            (r#"a"b\c"#, r#"a"b\c"#),
            (r#""k""#, r#""\"k\"""#),
            (r#""a\b"#, r#""\"a\\b""#),
        ] {
            let sent = IdempotencyKey::new(key).expect("valid");
            assert_eq!(sent.header(), header, "{key}");
        }
    }

    #[test]
    fn the_rule_is_that_of_the_service() {
        assert!(IdempotencyKey::new("k".repeat(255)).is_ok());
        for wrong in ["", "a b", "\u{e9}", &"k".repeat(256), "a\r\nX-Other: 1"] {
            assert_eq!(IdempotencyKey::new(wrong), Err(InvalidKey), "{wrong:?}");
        }
        assert_ne!(IdempotencyKey::random(), IdempotencyKey::random());
        assert!(IdempotencyKey::new(IdempotencyKey::random().as_str()).is_ok());
    }
}
