//! How long a key that is replaced can still be used: a number of seconds, or a text such as `24h`.

use std::time::Duration;

use campanile_fields::kinds::Kind;
use campanile_fields::{FieldCode, Fields, Json, ValueSchema};
use serde_json::json;

/// 90 days.
const LONGEST_S: u64 = 90 * 24 * 60 * 60;

/// The kind of the field.
pub(super) struct Overlap;

impl Kind for Overlap {
    type Value = Duration;

    fn read<'a>(&self, fields: &mut Fields<'a>, field: &str, value: Json<'a>) -> Option<Duration> {
        let seconds = match value.as_str() {
            Some(text) => parse(&text),
            None => value.as_u64(),
        };
        let detail = "must be a number of seconds or a text such as \"30m\", \"24h\" or \"7d\"";
        match seconds {
            None => fields.wrong(field, FieldCode::Invalid, detail),
            Some(seconds) if seconds > LONGEST_S => {
                fields.wrong(field, FieldCode::OutOfRange, "must be 90 days at most");
            }
            Some(seconds) => return Some(Duration::from_secs(seconds)),
        }
        None
    }

    fn schema(&self) -> ValueSchema {
        ValueSchema::new(json!({"oneOf": [
            {"type": "string", "pattern": "^[0-9]+ ?(s|m|h|d)$"},
            {"type": "integer", "format": "int64", "minimum": 0, "maximum": LONGEST_S},
        ]}))
    }
}

/// Whole seconds, minutes, hours or days.
fn parse(text: &str) -> Option<u64> {
    let unit = text.chars().next_back()?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 60 * 60,
        'd' => 24 * 60 * 60,
        _ => return None,
    };
    let digits = text.strip_suffix(unit)?;
    let digits = digits.strip_suffix(' ').unwrap_or(digits);
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    let number: u64 = digits.parse().ok().filter(|_| is_number)?;
    number.checked_mul(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_a_number_and_a_unit() {
        for (text, seconds) in [
            ("0s", Some(0)),
            ("90s", Some(90)),
            ("30m", Some(1_800)),
            ("24h", Some(86_400)),
            ("7 d", Some(604_800)),
            ("", None),
            ("h", None),
            ("-1h", None),
            ("+1h", None),
            ("1.5h", None),
            ("1w", None),
            ("1h30m", None),
            ("99999999999999999999d", None),
            ("9999999999999999999d", None),
            ("1ä", None),
        ] {
            assert_eq!(parse(text), seconds, "{text}");
        }
    }
}
