//! Filters of texts.

use minijinja::value::Kwargs;
use minijinja::{Environment, Error, Value};
use unicode_segmentation::UnicodeSegmentation;

use super::{as_text, bounded, is_nothing, wrong};
use crate::limits::MAX_STRING_BYTES;

pub(super) fn add(environment: &mut Environment<'static>) {
    environment.add_filter("upper", |value: &Value| mapped(value, str::to_uppercase));
    environment.add_filter("lower", |value: &Value| mapped(value, str::to_lowercase));
    environment.add_filter("trim", |value: &Value| {
        mapped(value, |text| text.trim().to_owned())
    });
    environment.add_filter("capitalize", |value: &Value| mapped(value, capitalized));
    environment.add_filter("string", |value: &Value| mapped(value, str::to_owned));
    environment.add_filter("urlencode", |value: &Value| mapped(value, percent_encoded));
    environment.add_filter("replace", replace);
    environment.add_filter("truncate", truncate);
    environment.add_filter("default", default);
    environment.add_filter("d", default);
}

fn mapped(value: &Value, map: impl FnOnce(&str) -> String) -> Result<Value, Error> {
    if is_nothing(value) {
        return Ok(value.clone());
    }
    bounded(map(&as_text(value)?))
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

/// A text as a part of a URL: everything but letters, digits and `-._~` is encoded.
fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            for digit in [byte >> 4, byte & 15] {
                encoded.push(char::from(b"0123456789ABCDEF"[usize::from(digit)]));
            }
        }
    }
    encoded
}

fn replace(value: &Value, from: &str, to: &str) -> Result<Value, Error> {
    let text = as_text(value)?;
    if from.is_empty() {
        return Err(wrong("replace needs a text that is to be replaced"));
    }
    // Counted before it is built.
    let grown = text.matches(from).count().saturating_mul(to.len());
    if grown > MAX_STRING_BYTES {
        super::check_room(MAX_STRING_BYTES + 1)?;
    }
    bounded(text.replace(from, to))
}

/// The first characters as a reader counts them, so that no emoji or accent is cut in half.
fn truncate(value: &Value, length: usize, options: Kwargs) -> Result<Value, Error> {
    let end: Option<&str> = options.get("end")?;
    options.assert_all_used()?;
    if is_nothing(value) {
        return Ok(value.clone());
    }
    let text = as_text(value)?;
    let end = end.unwrap_or("…");
    let Some((cut, _)) = text.grapheme_indices(true).nth(length) else {
        return bounded(text.into_owned());
    };
    let room = length.saturating_sub(end.graphemes(true).count());
    let keep = text
        .grapheme_indices(true)
        .nth(room)
        .map_or(cut, |(at, _)| at);
    bounded(format!("{}{end}", text[..keep].trim_end()))
}

/// Another value where there is none, or an empty text.
fn default(value: &Value, other: Option<&Value>) -> Value {
    let is_missing = is_nothing(value) || value.as_str().is_some_and(str::is_empty);
    match other {
        Some(other) if is_missing => other.clone(),
        _ if is_missing => Value::from(""),
        _ => value.clone(),
    }
}
