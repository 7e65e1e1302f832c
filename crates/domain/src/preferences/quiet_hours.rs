//! The hours of a day in which a person is not to be disturbed.
//!
//! It is quiet exactly while the clock on the person's wall shows a time from `start` up to, and not
//! including, `end`. Everything else follows from that sentence: where the clock jumps over `end` (a
//! gap in spring), the quiet ends with the jump; where it jumps over `start`, the quiet begins with
//! the jump; and where an hour comes twice (a fold in autumn), it is quiet in both or in neither, so an
//! `end` within it is passed twice and the second passing is preceded by quiet again.

use std::cmp::Ordering;

use chrono::{DateTime, Utc};
use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::WallTime;
use crate::InvalidName;
use crate::locality::zone_of;

/// A window in local time, over midnight if `end` is the earlier one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuietHours {
    /// Whether the window counts.
    pub enabled: bool,
    start: WallTime,
    end: WallTime,
    /// IANA zone; `None` is the person's own.
    pub timezone: Option<String>,
}

/// The offset changes at most a few times within any window; the bound is for unusual zones.
const MOST_STEPS: usize = 32;

impl QuietHours {
    /// A window; one without length could mean never and always, so there is none.
    ///
    /// # Errors
    /// [`InvalidName`] where both times are the same.
    pub fn new(
        enabled: bool,
        start: WallTime,
        end: WallTime,
        timezone: Option<String>,
    ) -> Result<Self, InvalidName> {
        if start == end {
            return Err(InvalidName("start_time and end_time must differ"));
        }
        Ok(Self {
            enabled,
            start,
            end,
            timezone,
        })
    }

    /// The default: no quiet hours, and a window to begin with.
    pub fn off() -> Self {
        let time = |text: &str| text.parse().expect("a time of day");
        Self {
            enabled: false,
            start: time("22:00"),
            end: time("08:00"),
            timezone: None,
        }
    }

    /// Start of the quiet hours.
    pub const fn start(&self) -> WallTime {
        self.start
    }

    /// When it is quiet no more.
    pub const fn end(&self) -> WallTime {
        self.end
    }

    /// When the quiet that `now` lies in ends in this zone; `None` if it is not quiet.
    ///
    /// A zone that the IANA database does not know any more counts as UTC.
    pub fn wakes_at(&self, now: DateTime<Utc>, zone: &str) -> Option<DateTime<Utc>> {
        if !self.enabled {
            return None;
        }
        let zone = zone_of(zone).unwrap_or(TimeZone::UTC);
        // A leap second of chrono's has more nanoseconds than jiff takes.
        let nanos = now.timestamp_subsec_nanos().min(999_999_999);
        let start = Timestamp::new(now.timestamp(), i32::try_from(nanos).ok()?).ok()?;
        let mut at = start;
        for _ in 0..MOST_STEPS {
            let Some(left) = self.left(zone.to_datetime(at).time()) else {
                break;
            };
            let by_this_offset = at.checked_add(left).ok()?;
            let mut changes = zone.following(at);
            at = match changes.next().map(|change| change.timestamp()) {
                Some(change) if change < by_this_offset => change,
                _ => by_this_offset,
            };
        }
        let woken = DateTime::from_timestamp(at.as_second(), at.subsec_nanosecond().unsigned_abs());
        woken.filter(|_| at > start)
    }

    /// How long the clock still has to go until it shows `end`; `None` if it shows none of the window.
    fn left(&self, clock: Time) -> Option<SignedDuration> {
        let since_midnight = clock.duration_since(Time::midnight());
        let minute = |time: WallTime| SignedDuration::from_mins(time.minute_of_day().into());
        let (start, end) = (minute(self.start), minute(self.end));
        let is_quiet = match start.cmp(&end) {
            Ordering::Less => start <= since_midnight && since_midnight < end,
            Ordering::Equal | Ordering::Greater => start <= since_midnight || since_midnight < end,
        };
        let tonight = SignedDuration::from_hours(if since_midnight < end { 0 } else { 24 });
        is_quiet.then(|| end + tonight - since_midnight)
    }
}

#[cfg(test)]
#[path = "quiet_hours_tests.rs"]
mod tests;
