//! The header by which a caller may safely send a request twice.

use campanile_fields::{FieldCode, FieldError};
use http::{HeaderMap, HeaderValue};

/// The header's name, as it is shown and as it is looked up.
pub(crate) const IDEMPOTENCY_KEY: &str = "Idempotency-Key";

/// Longer keys are refused; a hash of anything fits.
const MAX_BYTES: usize = 255;

/// The key: 1 to 255 visible ASCII characters, given at most once. `"k"`, as the IETF's draft writes it
/// (draft-ietf-httpapi-idempotency-key-header: a string of RFC 9651), and `k` are one key.
pub(crate) fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, FieldError> {
    let wrong = |code, detail| Err(FieldError::new(IDEMPOTENCY_KEY, code, detail));
    let mut all = headers.get_all(IDEMPOTENCY_KEY).iter();
    let value = match (all.next(), all.next()) {
        (None, _) => return Ok(None),
        (Some(value), None) => value,
        (Some(_), Some(_)) => return wrong(FieldCode::Repeated, "must be given only once"),
    };
    match visible_ascii(value).and_then(unquoted) {
        Some(key) if (1..=MAX_BYTES).contains(&key.len()) => Ok(Some(key)),
        Some(key) if key.is_empty() => wrong(FieldCode::Required, "must not be empty"),
        Some(_) => wrong(FieldCode::TooLong, "must be at most 255 characters"),
        None => {
            let detail = "must be visible ASCII characters, optionally in quotation marks";
            wrong(FieldCode::WrongFormat, detail)
        }
    }
}

fn visible_ascii(value: &HeaderValue) -> Option<&str> {
    let text = value.to_str().ok()?;
    text.bytes().all(|b| b.is_ascii_graphic()).then_some(text)
}

/// The text of a string (RFC 9651 3.3.3), or the text itself where it does not begin like one.
fn unquoted(text: &str) -> Option<String> {
    let Some(rest) = text.strip_prefix('"') else {
        return Some(text.to_owned());
    };
    let (mut key, mut signs) = (String::with_capacity(rest.len()), rest.chars());
    loop {
        match signs.next()? {
            '"' => return signs.next().is_none().then_some(key),
            '\\' => key.push(signs.next().filter(|sign| matches!(sign, '"' | '\\'))?),
            sign => key.push(sign),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &[u8]) -> Result<Option<String>, &'static str> {
        let mut headers = HeaderMap::new();
        let value = HeaderValue::from_bytes(value).expect("a header value");
        headers.insert(IDEMPOTENCY_KEY, value);
        idempotency_key(&headers).map_err(|wrong| wrong.code.name())
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
    fn a_string_says_the_same_as_its_text() {
        for (written, key) in [
            (&br#""k""#[..], Ok("k")),
            (
                br#""8e03978e-40d5-43e8-bc93-6894a57f9324""#,
                Ok("8e03978e-40d5-43e8-bc93-6894a57f9324"),
            ),
            (br#""a\"b\\c""#, Ok(r#"a"b\c"#)),
            (br#"k"x"#, Ok(r#"k"x"#)),
            (br"a\b", Ok(r"a\b")),
            (br#""""#, Err("required")),
            (br#"""#, Err("wrong_format")),
            (br#""k"#, Err("wrong_format")),
            (br#""k"x"#, Err("wrong_format")),
            (br#""\k""#, Err("wrong_format")),
            (br#""a b""#, Err("wrong_format")),
        ] {
            assert_eq!(read(written), key.map(|key| Some(key.into())));
        }
        let long = format!("\"{}\"", "k".repeat(255));
        assert_eq!(read(long.as_bytes()), Ok(Some("k".repeat(255))));
    }

    #[test]
    fn two_keys_are_no_key() {
        let mut headers = HeaderMap::new();
        headers.append(IDEMPOTENCY_KEY, HeaderValue::from_static("a"));
        headers.append(IDEMPOTENCY_KEY, HeaderValue::from_static("b"));
        assert!(idempotency_key(&headers).is_err());
    }
}
