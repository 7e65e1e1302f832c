//! Header values that must arrive as they are.
//!
//! Whatever looks like an encoded word (RFC 2047) is decoded by mail programs, so that
//! `=?utf-8?Q?=0D=0ABcc:_evil=40example.com?=` in a title would be read as a line break and a header.
//! Such a text is encoded as a whole (section 7), and with it one whose words do not fit a line, which
//! cannot be folded otherwise.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lettre::message::Mailbox;
use lettre::message::header::{HeaderName, HeaderValue};

/// Bytes of text in one encoded word: in base64 and with its frame 64 characters, so that the line has
/// no more than the 76 that RFC 2047, section 2, allows, the name of the header included.
const CHUNK: usize = 39;
/// What RFC 5322, section 2.1.1, recommends for a line, less the name of a header.
const MAX_WORD: usize = 60;

/// A header of plain text.
pub(super) fn text(name: &'static str, text: &str) -> HeaderValue {
    let name = HeaderName::new_from_ascii_str(name);
    let is_long = text.split(' ').any(|word| word.len() > MAX_WORD);
    if looks_encoded(text) || is_long {
        let encoded = words(text);
        return HeaderValue::dangerous_new_pre_encoded(name, text.to_owned(), encoded);
    }
    HeaderValue::new(name, text.to_owned())
}

/// A header of one address, where its display name cannot be written as lettre would; `None` where it
/// can.
pub(super) fn mailbox(name: &'static str, mailbox: &Mailbox) -> Option<HeaderValue> {
    let display = mailbox.name.as_deref().filter(|name| looks_encoded(name))?;
    let encoded = format!("{}\r\n <{}>", words(display), mailbox.email);
    let name = HeaderName::new_from_ascii_str(name);
    Some(HeaderValue::dangerous_new_pre_encoded(
        name,
        mailbox.to_string(),
        encoded,
    ))
}

fn looks_encoded(text: &str) -> bool {
    text.contains("=?")
}

/// The text as encoded words, one on a line; the space between two of them is no part of it.
fn words(text: &str) -> String {
    let mut words = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = (0..=rest.len().min(CHUNK))
            .rev()
            .find(|end| rest.is_char_boundary(*end))
            .unwrap_or(rest.len());
        let (chunk, after) = rest.split_at(end);
        words.push(format!("=?utf-8?b?{}?=", STANDARD.encode(chunk)));
        rest = after;
    }
    words.join("\r\n ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_short_and_end_between_characters() {
        for title in ["=?", &"ä".repeat(100), &"🙂x".repeat(50), ""] {
            let encoded = words(title);
            let mut decoded = String::new();
            for word in encoded.split("\r\n ").filter(|word| !word.is_empty()) {
                assert!(word.len() <= 64, "{word}");
                let base64 = word
                    .strip_prefix("=?utf-8?b?")
                    .and_then(|word| word.strip_suffix("?="));
                let bytes = STANDARD.decode(base64.expect("a word")).expect("base64");
                decoded.push_str(std::str::from_utf8(&bytes).expect("whole characters"));
            }
            assert_eq!(decoded, title);
        }
    }
}
