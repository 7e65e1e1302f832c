//! Time zones: those of the IANA database, and the fixed offsets that phones set by hand report.

use chrono::{DateTime, Utc};
use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

use crate::InvalidName;

/// As far from UTC as Java's `ZoneOffset` goes; real zones end at +14:00.
const MAX_OFFSET_MINUTES: i32 = 18 * 60;

/// The one name of a time zone, so that two of one zone are equal wherever they are compared: as the IANA
/// database writes it, which is found in any case, or an offset as ISO 8601 does (`+05:30`).
///
/// Offsets are read as Java, Android (`GMT+05:30`, `GMT-8`), iOS (`GMT+0530`) and ECMAScript (`+05:30`)
/// write them: east is positive. Those of the database (`Etc/GMT+5`) keep its meaning, which is the opposite.
///
/// # Errors
/// [`InvalidName`].
pub fn canonical_timezone(text: &str) -> Result<String, InvalidName> {
    if let Some(zone) = iana(text)
        && let Some(name) = zone.iana_name()
    {
        return Ok(name.to_owned());
    }
    match offset_minutes(text) {
        Some(0) => Ok("UTC".to_owned()),
        Some(minutes) => {
            let sign = if minutes < 0 { '-' } else { '+' };
            let minutes = minutes.abs();
            Ok(format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60))
        }
        None => Err(InvalidName(
            "expected an IANA time zone such as Europe/Berlin, or an offset such as +05:30",
        )),
    }
}

/// The zone of a [canonical](canonical_timezone) name.
pub(crate) fn zone_of(name: &str) -> Option<TimeZone> {
    let fixed = || {
        let seconds = offset_minutes(name)? * 60;
        Some(TimeZone::fixed(Offset::from_seconds(seconds).ok()?))
    };
    iana(name).or_else(fixed)
}

/// A moment as a clock on a wall in this zone shows it, such as `2026-11-30 18:05`. A zone that the IANA database does not know
/// counts as UTC.
pub fn local_time(at: DateTime<Utc>, zone: &str) -> String {
    let zone = zone_of(zone).unwrap_or(TimeZone::UTC);
    let at = Timestamp::from_second(at.timestamp()).unwrap_or(Timestamp::UNIX_EPOCH);
    let local = zone.to_datetime(at);
    let (date, time) = (local.date(), local.time());
    format!("{date} {:02}:{:02}", time.hour(), time.minute())
}

fn iana(name: &str) -> Option<TimeZone> {
    let zone = jiff::tz::db().get(name).ok();
    // `Etc/Unknown` is found too, but says of itself that it is none.
    zone.filter(|zone| !zone.is_unknown())
}

/// `GMT`, `UTC`, `UT` or nothing, a sign, and one or two digits of hours with two of minutes or none.
fn offset_minutes(text: &str) -> Option<i32> {
    let after = |prefix: &str| {
        let head = text.get(..prefix.len())?;
        head.eq_ignore_ascii_case(prefix)
            .then(|| &text[prefix.len()..])
    };
    let signed = ["GMT", "UTC", "UT", ""].into_iter().find_map(after)?;
    let (sign, digits) = match signed.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = match (digits.split_once(':'), digits.len()) {
        (Some((hours, minutes)), 4 | 5) if minutes.len() == 2 => (hours, minutes),
        (None, 1 | 2) => (digits, "00"),
        (None, 3 | 4) => digits.split_at_checked(digits.len() - 2)?,
        _ => return None,
    };
    let number = |digits: &str| {
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| digits.parse::<i32>().ok()).flatten()
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    let total = hours * 60 + minutes;
    (minutes < 60 && total <= MAX_OFFSET_MINUTES).then_some(sign * total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wall_shows_the_local_time() {
        let at = "2026-07-01T22:30:59Z".parse().expect("a moment");
        assert_eq!(local_time(at, "Europe/Berlin"), "2026-07-02 00:30");
        assert_eq!(local_time(at, "-03:30"), "2026-07-01 19:00");
        assert_eq!(local_time(at, "Mars"), "2026-07-01 22:30");
    }

    #[test]
    fn each_zone_has_one_name() {
        for (given, kept) in [
            ("Europe/Berlin", "Europe/Berlin"),
            ("europe/berlin", "Europe/Berlin"),
            ("EUROPE/BERLIN", "Europe/Berlin"),
            ("utc", "UTC"),
            ("GMT", "GMT"),
            // The database's own sign: west.
            ("etc/gmt+5", "Etc/GMT+5"),
            (
                "america/argentina/buenos_aires",
                "America/Argentina/Buenos_Aires",
            ),
            // java.util.TimeZone, "Custom time zone ID" and its NormalizedCustomID.
            ("GMT+05:30", "+05:30"),
            ("GMT+5:30", "+05:30"),
            ("GMT-8", "-08:00"),
            ("GMT-0800", "-08:00"),
            ("GMT+12", "+12:00"),
            ("gmt+545", "+05:45"),
            ("GMT+00:00", "UTC"),
            // java.time.ZoneId.
            ("UTC+01:00", "+01:00"),
            ("UT-03:30", "-03:30"),
            // Foundation, TimeZone.identifier.
            ("GMT+0530", "+05:30"),
            // ECMAScript 2024, offset time zones.
            ("+05:30", "+05:30"),
            ("-0800", "-08:00"),
            ("+18:00", "+18:00"),
        ] {
            assert_eq!(canonical_timezone(given).as_deref(), Ok(kept), "{given}");
            // What is kept is its own name, and a zone.
            assert_eq!(canonical_timezone(kept).as_deref(), Ok(kept), "{kept}");
            assert!(zone_of(kept).is_some(), "{kept}");
        }
        for bad in [
            "",
            " ",
            "Mars/Base",
            "../etc/passwd",
            "a\0b",
            "Etc/Unknown",
            "+",
            "GMT+",
            "+5:3",
            "+24:00",
            "+18:01",
            "+05:60",
            "GMT+05:30:00",
            "05:30",
            "GMT 5",
            "+٠٥:٣٠",
            "GMT++5",
            "ü",
            "UTC+5.5",
            "+00005",
        ] {
            assert!(canonical_timezone(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_canonical_name_is_its_own() {
        for name in jiff::tz::db().available() {
            let kept = canonical_timezone(&name.as_str().to_lowercase());
            assert_eq!(kept.as_deref(), Ok(name.as_str()));
        }
    }
}
