//! The header by which a caller may safely send a request twice.

use http::{HeaderMap, HeaderValue};

use crate::problem::WrongField;

/// The header's name, as it is shown and as it is looked up.
pub(crate) const IDEMPOTENCY_KEY: &str = "Idempotency-Key";

/// Longer keys are refused; a hash of anything fits.
const MAX_BYTES: usize = 255;

/// The key: 1 to 255 visible ASCII characters, given at most once.
pub(crate) fn idempotency_key(headers: &HeaderMap) -> Result<Option<&str>, WrongField> {
    let wrong = |code, detail| Err(WrongField::new(IDEMPOTENCY_KEY, code, detail));
    let mut all = headers.get_all(IDEMPOTENCY_KEY).iter();
    let value = match (all.next(), all.next()) {
        (None, _) => return Ok(None),
        (Some(value), None) => value,
        (Some(_), Some(_)) => return wrong("repeated", "may be given once"),
    };
    match visible_ascii(value) {
        Some(key) if (1..=MAX_BYTES).contains(&key.len()) => Ok(Some(key)),
        Some("") => wrong("required", "must not be empty"),
        Some(_) => wrong("too_long", "may have 255 characters at most"),
        None => wrong("wrong_format", "must be visible ASCII characters"),
    }
}

fn visible_ascii(value: &HeaderValue) -> Option<&str> {
    let text = value.to_str().ok()?;
    text.bytes().all(|b| b.is_ascii_graphic()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &[u8]) -> Result<Option<String>, &'static str> {
        let mut headers = HeaderMap::new();
        let value = HeaderValue::from_bytes(value).expect("a header value");
        headers.insert(IDEMPOTENCY_KEY, value);
        idempotency_key(&headers)
            .map(|key| key.map(str::to_owned))
            .map_err(|wrong| wrong.code)
    }

    #[test]
    fn the_rule_is_1_to_255_visible_ascii_characters() {
        assert_eq!(read(b"k"), Ok(Some("k".into())));
        assert_eq!(read(&[b'k'; 255]), Ok(Some("k".repeat(255))));
        assert_eq!(read(&[b'k'; 256]), Err("too_long"));
        assert_eq!(read(b""), Err("required"));
        assert_eq!(read(b"a b"), Err("wrong_format"));
        assert_eq!(read("\u{e9}".as_bytes()), Err("wrong_format"));
        assert_eq!(idempotency_key(&HeaderMap::new()), Ok(None));
    }

    #[test]
    fn two_keys_are_no_key() {
        let mut headers = HeaderMap::new();
        headers.append(IDEMPOTENCY_KEY, HeaderValue::from_static("a"));
        headers.append(IDEMPOTENCY_KEY, HeaderValue::from_static("b"));
        assert!(idempotency_key(&headers).is_err());
    }
}
