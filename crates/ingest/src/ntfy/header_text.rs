//! Texts of headers: UTF-8 as it is, or encoded words (RFC 2047).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use campanile_fields::FieldCode;

use crate::Refusal;

/// The text of a header.
pub(super) fn read(option: &'static str, value: &[u8]) -> Result<String, Refusal> {
    let text = std::str::from_utf8(value);
    let text =
        text.map_err(|_| Refusal::wrong(option, FieldCode::InvalidUnicode, "must be UTF-8"))?;
    Ok(decoded(text))
}

/// Encoded words as text; what is none stays as it is.
fn decoded(text: &str) -> String {
    let (mut out, mut rest, mut after_word) = (String::with_capacity(text.len()), text, false);
    while let Some(at) = rest.find("=?") {
        let between = &rest[..at];
        match word(&rest[at..]) {
            Some((word, after)) => {
                // White space between two words is not part of the text.
                if !(after_word && between.trim().is_empty()) {
                    out.push_str(between);
                }
                out.push_str(&word);
                (rest, after_word) = (after, true);
            }
            None => {
                out.push_str(&rest[..at + 2]);
                (rest, after_word) = (&rest[at + 2..], false);
            }
        }
    }
    out.push_str(rest);
    out
}

/// The word that a text begins with, and what follows.
fn word(text: &str) -> Option<(String, &str)> {
    let (charset, rest) = text.strip_prefix("=?")?.split_once('?')?;
    let (encoding, rest) = rest.split_once('?')?;
    let (encoded, after) = rest.split_once("?=")?;
    let bytes = match encoding {
        "B" | "b" => STANDARD.decode(encoded).ok()?,
        "Q" | "q" => quoted(encoded)?,
        _ => return None,
    };
    if !["utf-8", "us-ascii"]
        .iter()
        .any(|known| charset.eq_ignore_ascii_case(known))
    {
        return None;
    }
    Some((String::from_utf8(bytes).ok()?, after))
}

fn quoted(text: &str) -> Option<Vec<u8>> {
    let (mut bytes, mut signs) = (Vec::with_capacity(text.len()), text.bytes());
    while let Some(sign) = signs.next() {
        bytes.push(match sign {
            b'_' => b' ',
            b'=' => {
                let pair = [signs.next()?, signs.next()?];
                u8::from_str_radix(std::str::from_utf8(&pair).ok()?, 16).ok()?
            }
            other => other,
        });
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoded_words_are_read_and_others_stay() {
        for (written, text) in [
            ("plain", "plain"),
            ("Über", "Über"),
            ("=?UTF-8?B?w5xiZXI=?=", "Über"),
            ("=?utf-8?q?=C3=9Cber_uns?= all", "Über uns all"),
            ("a =?utf-8?q?b?= =?utf-8?q?c?=", "a bc"),
            ("=?latin1?q?x?=", "=?latin1?q?x?="),
            ("=?utf-8?B?!?=", "=?utf-8?B?!?="),
            ("2 =? 3", "2 =? 3"),
        ] {
            assert_eq!(read("title", written.as_bytes()), Ok(text.to_owned()));
        }
        assert!(read("title", b"\xff").is_err());
    }
}
