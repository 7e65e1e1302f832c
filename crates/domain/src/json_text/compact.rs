//! The same JSON without white space, if it can be kept and passed on.

use thiserror::Error;

use super::{string_end, word_end};

/// Lists and objects within one another, at most. Answers and webhooks put a few levels around it,
/// and the whole stays below the 127 that common readers take.
pub const MAX_JSON_DEPTH: usize = 120;

/// Why a JSON text is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum JsonFlaw {
    /// No database keeps U+0000 in a text.
    #[error("has a NUL character")]
    Nul,
    /// `\ud83d` without its other half is valid JSON, but no Unicode text (RFC 8259 8.2): many readers
    /// refuse all that it stands in.
    #[error("has an unpaired surrogate, such as half of an emoji")]
    HalfCharacter,
    /// RFC 8259 6 allows bounds. Beyond a double's, many readers refuse all that it stands in, though
    /// they take any number of digits.
    #[error("has a number larger than 1.7976931348623157e308")]
    NumberTooLarge,
    /// More than [`MAX_JSON_DEPTH`].
    #[error("has more than {MAX_JSON_DEPTH} levels of lists and objects")]
    TooDeep,
}

/// Leaves out the white space between the tokens of a valid JSON text; everything else stays as it
/// was written, byte for byte.
///
/// # Errors
/// The first [`JsonFlaw`].
pub fn compact_json(json: &str) -> Result<String, JsonFlaw> {
    let bytes = json.as_bytes();
    let mut compact = String::with_capacity(json.len());
    let (mut at, mut copied, mut depth) = (0, 0, 0_usize);
    while let Some(byte) = bytes.get(at) {
        let mut next = at + 1;
        match byte {
            b'"' => {
                next = string_end(bytes, at);
                check_escapes(&bytes[at..next])?;
            }
            b'-' | b'0'..=b'9' => {
                next = word_end(bytes, at);
                check_number(&json[at..next])?;
            }
            b'{' | b'[' => {
                depth += 1;
                if depth > MAX_JSON_DEPTH {
                    return Err(JsonFlaw::TooDeep);
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b' ' | b'\t' | b'\n' | b'\r' => {
                compact.push_str(&json[copied..at]);
                copied = next;
            }
            _ => {}
        }
        at = next;
    }
    compact.push_str(&json[copied..]);
    Ok(compact)
}

/// Whether a double can come near a number; only one with an exponent or with very many digits can be
/// too large.
fn check_number(number: &str) -> Result<(), JsonFlaw> {
    let is_long = number.len() > f64::MAX_10_EXP as usize || number.contains(['e', 'E']);
    if is_long && number.parse().is_ok_and(f64::is_infinite) {
        return Err(JsonFlaw::NumberTooLarge);
    }
    Ok(())
}

/// Whether the escapes of a string make characters that can be kept.
fn check_escapes(string: &[u8]) -> Result<(), JsonFlaw> {
    let mut at = 0;
    let escape = |from| string.get(from..)?.iter().position(|byte| *byte == b'\\');
    while let Some(skipped) = escape(at) {
        at += skipped;
        at += match (unit(string, at), unit(string, at + 6)) {
            (Some(0), _) => return Err(JsonFlaw::Nul),
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 12,
            (Some(0xd800..=0xdfff), _) => return Err(JsonFlaw::HalfCharacter),
            (Some(_), _) => 6,
            (None, _) => 2,
        };
    }
    Ok(())
}

/// The UTF-16 unit that `\uXXXX` at this place stands for.
fn unit(string: &[u8], at: usize) -> Option<u16> {
    let digits = string.get(at..at + 6)?.strip_prefix(b"\\u")?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn all_but_white_space_between_tokens_stays() {
        for (json, compact) in [
            (
                r#"{"lat":31.245270191439438,"id":18446744073709551616}"#,
                r#"{"lat":31.245270191439438,"id":18446744073709551616}"#,
            ),
            (
                " { \"z\" : [ 1.0 , -0 ,\r\n\t1E+2 , 1e-400 ] , \"a\" : \" b \\\" \\u00fc \" } ",
                r#"{"z":[1.0,-0,1E+2,1e-400],"a":" b \" \u00fc "}"#,
            ),
            (r#"{"b":1,"a":2,"b":3}"#, r#"{"b":1,"a":2,"b":3}"#),
            (r#"["\ud83d\ude42","ü"]"#, r#"["\ud83d\ude42","ü"]"#),
            ("{ }", "{}"),
        ] {
            assert_eq!(compact_json(json).as_deref(), Ok(compact));
        }
    }

    #[test]
    fn what_readers_would_refuse_is_not_kept() {
        for (json, flaw) in [
            (r#"{"a":"\u0000"}"#, JsonFlaw::Nul),
            (r#"{"\u0000":1}"#, JsonFlaw::Nul),
            (r#"{"a":"\ud83d"}"#, JsonFlaw::HalfCharacter),
            (r#"{"a":"\ud83dx"}"#, JsonFlaw::HalfCharacter),
            (r#"{"a":"\ud83d\n\ude42"}"#, JsonFlaw::HalfCharacter),
            (r#"{"a":"\uDE42"}"#, JsonFlaw::HalfCharacter),
            (r#"{"\ud83d":1}"#, JsonFlaw::HalfCharacter),
            (r#"{"a":1E400}"#, JsonFlaw::NumberTooLarge),
            (r#"[-1e309]"#, JsonFlaw::NumberTooLarge),
        ] {
            assert_eq!(compact_json(json), Err(flaw), "{json}");
        }
        let digits = "9".repeat(400);
        assert_eq!(compact_json(&digits), Err(JsonFlaw::NumberTooLarge));
        let digits = format!("[0.{digits},{}]", &digits[..300]);
        assert_eq!(compact_json(&digits).as_ref(), Ok(&digits));
        // An escaped backslash escapes nothing.
        for json in [r#"{"a":"\\ud83d"}"#, r#"{"a":"\\u0000"}"#] {
            assert_eq!(compact_json(json).as_deref(), Ok(json));
        }
        let nested = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
        assert!(compact_json(&nested(MAX_JSON_DEPTH)).is_ok());
        let deeper = compact_json(&nested(MAX_JSON_DEPTH + 1));
        assert_eq!(deeper, Err(JsonFlaw::TooDeep));
        // Side by side is not within.
        assert!(compact_json(&"[[]],".repeat(1_000)).is_ok());
    }

    proptest! {
        /// The grammar of RFC 8259 6.
        #[test]
        fn every_number_stays_as_it_is_written(
            number in "-?(0|[1-9][0-9]{0,40})(\\.[0-9]{1,40})?([eE][+-]?[0-9]{1,3})?"
        ) {
            let written = format!("{{ \"n\" :\n[ {number} ,{number}] }}");
            let is_too_large = number.parse().is_ok_and(f64::is_infinite);
            let expected = match is_too_large {
                true => Err(JsonFlaw::NumberTooLarge),
                false => Ok(format!("{{\"n\":[{number},{number}]}}")),
            };
            prop_assert_eq!(compact_json(&written), expected);
        }

        #[test]
        fn no_text_makes_it_panic(json in any::<String>()) {
            let _ = compact_json(&json);
        }
    }
}
