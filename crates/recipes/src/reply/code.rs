//! The service's own code in a reply, if it is one: texts that people write are not kept.

use serde_json::Value;

/// Long enough for the names of errors.
const MAX_BYTES: usize = 32;

/// The value at a path such as `error.code` or `errors.0`.
pub(super) fn at<'j>(json: &'j Value, path: &str) -> Option<&'j Value> {
    let found = path.split('.').try_fold(json, |value, part| match value {
        Value::Array(list) => list.get(part.parse::<usize>().ok()?),
        other => other.get(part),
    });
    found.filter(|value| !value.is_null())
}

/// A number of up to seven digits, or a name such as `channel_not_found`.
pub(super) fn code(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => number
            .as_u64()
            .filter(|n| *n < 10_000_000)
            .map(|n| n.to_string()),
        Value::String(name) => {
            let is_name = |c: char| c.is_ascii_lowercase() || c == '_';
            let is_code =
                name.len() <= MAX_BYTES && name.contains('_') && name.chars().all(is_name);
            is_code.then(|| name.clone())
        }
        _ => None,
    }
}
