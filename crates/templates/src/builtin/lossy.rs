//! Decodes JSON strings that are not quite text.
//!
//! Callers cut previews at UTF-16 units, and the half of an emoji that is left over (`\ud83d`) must
//! not cost the whole text.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Visitor};

/// The value of a JSON string, borrowed where nothing in it is escaped.
pub(crate) fn decode(json: &str) -> Option<Cow<'_, str>> {
    Lossy
        .deserialize(&mut serde_json::Deserializer::from_str(json))
        .ok()
}

/// Reads a JSON string as bytes, which serde_json does not check to be UTF-8.
pub(crate) struct Lossy;

impl<'a> DeserializeSeed<'a> for Lossy {
    type Value = Cow<'a, str>;

    fn deserialize<D: Deserializer<'a>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_bytes(self)
    }
}

impl<'a> Visitor<'a> for Lossy {
    type Value = Cow<'a, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_bytes<E>(self, bytes: &'a [u8]) -> Result<Self::Value, E> {
        Ok(whole_characters(bytes))
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Self::Value, E> {
        Ok(whole_characters(bytes).into_owned().into())
    }
}

/// Drops the halves: each is three bytes that are not UTF-8.
fn whole_characters(bytes: &[u8]) -> Cow<'_, str> {
    match String::from_utf8_lossy(bytes) {
        Cow::Owned(text) => text.replace("\u{fffd}\u{fffd}\u{fffd}", "").into(),
        whole => whole,
    }
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn half_an_emoji_is_dropped() {
        for (json, expected) in [
            (r#""plain""#, Some("plain")),
            (r#""\ud83d\udc69 \u00e9""#, Some("👩 é")),
            (r#""cut \ud83d""#, Some("cut ")),
            (r#""\udc69 turned \ud83d round""#, Some(" turned  round")),
            (r#""open"#, None),
            ("7", None),
        ] {
            assert_eq!(decode(json).as_deref(), expected, "{json}");
        }
    }
}
