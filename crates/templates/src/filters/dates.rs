//! Dates and times in the reader's locale and time zone.

use icu_calendar::Date;
use icu_time::{DateTime, Time};
use jiff::civil;
use jiff::tz::TimeZone;
use minijinja::{Error, Value};

use super::reader::{self, Length};
use super::{as_text, bounded, is_nothing, wrong};
use crate::session;

/// Numbers from here on are milliseconds: as seconds they would lie in the year 5138.
const FIRST_MILLISECONDS: f64 = 1e11;

/// A moment, or a day without one.
#[derive(Debug, Clone, Copy)]
pub(super) enum When {
    Moment(jiff::Timestamp),
    Day(civil::Date),
}

/// Reads RFC 3339, a day such as `2026-03-01`, or seconds or milliseconds since 1970.
pub(super) fn when(value: &Value) -> Option<When> {
    if value.is_number() {
        let number = f64::try_from(value.clone()).ok()?;
        let seconds = if number.abs() < FIRST_MILLISECONDS {
            number
        } else {
            number / 1_000.0
        };
        #[expect(
            clippy::cast_possible_truncation,
            reason = "out of range is no timestamp"
        )]
        return jiff::Timestamp::from_millisecond((seconds * 1_000.0) as i64)
            .ok()
            .map(When::Moment);
    }
    let text = value.as_str()?.trim();
    if let Ok(moment) = text.parse::<jiff::Timestamp>() {
        return Some(When::Moment(moment));
    }
    // Without a zone, a time is taken as UTC's.
    if let Ok(local) = text.parse::<civil::DateTime>()
        && text.len() > "2026-03-01".len()
    {
        let zoned = local.to_zoned(TimeZone::UTC).ok()?;
        return Some(When::Moment(zoned.timestamp()));
    }
    text.parse::<civil::Date>().ok().map(When::Day)
}

fn length(name: Option<&str>) -> Result<Length, Error> {
    match name {
        Some("short") => Ok(Length::Short),
        None | Some("medium") => Ok(Length::Medium),
        Some("long") => Ok(Length::Long),
        Some("full") => Ok(Length::Full),
        Some(_) => Err(wrong(
            "the length is \"short\", \"medium\", \"long\" or \"full\"",
        )),
    }
}

/// What the reader's clock and calendar show.
fn local(when: When) -> civil::DateTime {
    match when {
        When::Day(day) => day.to_datetime(civil::Time::midnight()),
        When::Moment(moment) => {
            let session = session::current();
            let zone = session
                .as_ref()
                .map_or(TimeZone::UTC, |session| session.zone().clone());
            moment.to_zoned(zone).datetime()
        }
    }
}

fn icu(local: civil::DateTime) -> Option<DateTime<icu_calendar::Gregorian>> {
    let part = |number: i8| u8::try_from(number).ok();
    let date = Date::try_new_gregorian(
        local.year().into(),
        part(local.month())?,
        part(local.day())?,
    )
    .ok()?;
    let time = Time::try_new(
        part(local.hour())?,
        part(local.minute())?,
        part(local.second())?,
        0,
    )
    .ok()?;
    Some(DateTime { date, time })
}

/// What is no date is shown as it is.
fn shown(value: &Value, format: impl FnOnce(When) -> Option<String>) -> Result<Value, Error> {
    if is_nothing(value) {
        return Ok(value.clone());
    }
    match when(value).and_then(format) {
        Some(text) => bounded(text),
        None => bounded(as_text(value)?.into_owned()),
    }
}

/// A day: `Mar 1, 2026`.
pub(super) fn date(value: &Value, name: Option<&str>) -> Result<Value, Error> {
    let length = length(name)?;
    shown(value, |when| reader::date(&icu(local(when))?.date, length))
}

/// A time of day: `6:30 PM`.
pub(super) fn time(value: &Value) -> Result<Value, Error> {
    shown(value, |when| reader::time(&icu(local(when))?.time))
}

/// A day and a time: `Mar 1, 2026, 6:30 PM`.
pub(super) fn datetime(value: &Value, name: Option<&str>) -> Result<Value, Error> {
    let length = length(name)?;
    shown(value, |when| reader::datetime(&icu(local(when))?, length))
}
