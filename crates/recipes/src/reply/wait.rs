//! When a service wants to be called again.

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::RETRY_AFTER;
use serde::Deserialize;
use serde_json::Value;

use super::code::at;
use crate::file::WaitFile;

/// What a wait is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Unit {
    /// Seconds, which may have a fraction.
    #[default]
    Seconds,
    Milliseconds,
    /// The moment itself, in seconds since 1970.
    Unix,
}

/// The longest wait that any of the places asks for: one that is shorter would be refused by the other.
pub(super) fn wait(
    places: &[WaitFile],
    headers: &HeaderMap,
    json: &Value,
    now: SystemTime,
) -> Option<Duration> {
    let waits = places.iter().filter_map(|place| {
        let text = match (&place.header, &place.body) {
            (Some(name), _) => headers.get(name)?.to_str().ok()?.trim().to_owned(),
            (None, Some(path)) => match at(json, path)? {
                Value::Number(number) => number.to_string(),
                Value::String(text) => text.trim().to_owned(),
                _ => return None,
            },
            (None, None) => return None,
        };
        of_text(&text, place.unit, now)
    });
    waits.max()
}

/// `Retry-After`, in seconds or as a date.
pub(super) fn of_header(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?;
    of_text(text.trim(), Unit::Seconds, now)
}

/// A number that is negative or none is no wish; fractions are rounded up to the millisecond.
fn of_text(text: &str, unit: Unit, now: SystemTime) -> Option<Duration> {
    let Ok(number) = text.parse::<f64>() else {
        return httpdate::parse_http_date(text)
            .ok()?
            .duration_since(now)
            .ok();
    };
    let is_wish =
        text.starts_with(|c: char| c.is_ascii_digit()) && number.is_finite() && number >= 0.0;
    if !is_wish {
        return None;
    }
    match unit {
        Unit::Seconds => millis(number * 1_000.0),
        Unit::Milliseconds => millis(number),
        Unit::Unix => {
            let at = SystemTime::UNIX_EPOCH.checked_add(millis(number * 1_000.0)?)?;
            at.duration_since(now).ok()
        }
    }
}

/// Decimal fractions of seconds are not exact in binary: without the rounding 1.3 s would be 1,300.0000000000002 ms.
fn millis(number: f64) -> Option<Duration> {
    let whole = (number * 1_000.0).round() / 1_000.0;
    Duration::try_from_secs_f64(whole.ceil() / 1_000.0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_read_in_every_form_and_never_shortened() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        let ms = |n| Some(Duration::from_millis(n));
        for (text, unit, expected) in [
            ("30", Unit::Seconds, ms(30_000)),
            ("1.337", Unit::Seconds, ms(1_337)),
            ("0.0001", Unit::Seconds, ms(1)),
            ("1500", Unit::Milliseconds, ms(1_500)),
            ("1500.2", Unit::Milliseconds, ms(1_501)),
            ("784111787", Unit::Unix, ms(10_000)),
            ("784111000", Unit::Unix, None),
            ("Sun, 06 Nov 1994 08:50:37 GMT", Unit::Seconds, ms(60_000)),
            ("-1", Unit::Seconds, None),
            ("NaN", Unit::Seconds, None),
            ("inf", Unit::Seconds, None),
            ("1e400", Unit::Seconds, None),
            ("soon", Unit::Seconds, None),
            ("", Unit::Seconds, None),
        ] {
            assert_eq!(of_text(text, unit, now), expected, "{text}");
        }
    }
}
