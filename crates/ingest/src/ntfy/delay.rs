//! When a message is sent: after a duration, or at a time.

use campanile_fields::FieldCode;
use chrono::{DateTime, TimeDelta, Utc};

use crate::Refusal;

/// As for `send_at` of a send.
const FARTHEST: TimeDelta = TimeDelta::days(366);

/// Reads `30m`, `2 hours`, `1 day`, a time in RFC 3339 or in seconds since 1970.
pub(super) fn read(text: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>, Refusal> {
    let text = text.trim();
    let at = at(text, now).ok_or_else(|| {
        let detail = "must be a duration such as 30m, 2h or 3 days, a time in seconds since 1970, or one in RFC 3339 \
            format";
        Refusal::wrong("delay", FieldCode::Invalid, detail)
    })?;
    if at > now + FARTHEST {
        let detail = "must be at most a year from now";
        return Err(Refusal::wrong("delay", FieldCode::OutOfRange, detail));
    }
    Ok(at)
}

fn at(text: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Some(moment.to_utc());
    }
    let digits = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let number: i64 = text[..digits].parse().ok()?;
    let seconds = match &*text[digits..].trim().to_ascii_lowercase() {
        "" => return DateTime::from_timestamp(number, 0),
        "s" | "sec" | "secs" | "second" | "seconds" => 1,
        "m" | "min" | "mins" | "minute" | "minutes" => 60,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3_600,
        "d" | "day" | "days" => 86_400,
        _ => return None,
    };
    now.checked_add_signed(TimeDelta::try_seconds(number.checked_mul(seconds)?)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_and_times_are_read() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).expect("a time");
        for (text, seconds) in [
            ("30m", 1_800),
            ("2 hours", 7_200),
            ("3days", 259_200),
            ("45S", 45),
            ("1800000060", 60),
            ("2027-01-15T08:01:00Z", 60),
            // A time that is over sends at once.
            ("1799999999", -1),
        ] {
            let expected = now + TimeDelta::seconds(seconds);
            assert_eq!(read(text, now), Ok(expected), "{text}");
        }
        for wrong in [
            "",
            "tomorrow",
            "m",
            "-1m",
            "1 fortnight",
            "9223372036854775807d",
            "1e9",
            "400 days",
        ] {
            assert!(read(wrong, now).is_err(), "{wrong}");
        }
    }
}
