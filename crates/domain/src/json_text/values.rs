//! What JSON says, apart from how it is put.

use std::borrow::Cow;

use super::{string_end, word_end};

/// The strings and numbers of a valid JSON text that are values, in order; names of members are none.
/// Numbers are as they were written.
pub fn json_values(json: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let bytes = json.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            match bytes.get(at)? {
                b'"' => {
                    let (text, rest) = json[at..].split_at(string_end(bytes, at) - at);
                    at += text.len();
                    let is_name = rest.trim_ascii_start().starts_with(':');
                    if !is_name && let Some(value) = decoded(text) {
                        return Some(value);
                    }
                }
                b'-' | b'0'..=b'9' => {
                    let number = &json[at..word_end(bytes, at)];
                    at += number.len();
                    return Some(Cow::Borrowed(number));
                }
                _ => at += 1,
            }
        }
    })
}

/// A string without its quotes and escapes; none where it is no text.
fn decoded(string: &str) -> Option<Cow<'_, str>> {
    if string.contains('\\') {
        return serde_json::from_str(string).ok().map(Cow::Owned);
    }
    let text = string.strip_prefix('"')?.strip_suffix('"')?;
    Some(Cow::Borrowed(text))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_and_literals_are_no_values() {
        let json = r#"{"a":"x","b\"":{"c" : [1.50,-0,"\u00fc\n",true,null,"half \ud83d"]},"d":18446744073709551616,"":""}"#;
        let values: Vec<_> = json_values(json).collect();
        assert_eq!(
            values,
            ["x", "1.50", "-0", "ü\n", "18446744073709551616", ""]
        );
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(json in "[\\[\\]{},:\"\\\\ a1ü-]{0,40}") {
            json_values(&json).count();
        }
    }
}
