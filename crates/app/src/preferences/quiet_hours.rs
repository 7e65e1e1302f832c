//! Quiet hours in a body.

use campanile_domain::{QuietHours, WallTime, canonical_timezone};
use campanile_fields::kinds::{flag, optional, parsed, required};
use campanile_fields::{FieldCode, Fields, request_body};

const HOURS_AND_MINUTES: &str = "^([01][0-9]|2[0-3]):[0-5][0-9]$";

request_body! {
    /// Quiet hours to set.
    pub(super) struct QuietHoursRequest as QuietHoursRequest {
        /// Whether they apply.
        enabled: bool = required(flag()),
        /// Start of the quiet hours. Required if `enabled` is `true`.
        #[example("22:00")]
        start_time: WallTime = optional(parsed(str::parse::<WallTime>).pattern(HOURS_AND_MINUTES)),
        /// End of the quiet hours. Must differ from `start_time`; if it is earlier, the quiet hours end on the next day.
        #[example("08:00")]
        end_time: WallTime = optional(parsed(str::parse::<WallTime>).pattern(HOURS_AND_MINUTES)),
        /// IANA time zone, or an offset such as `+05:30`. Default: the user's time zone, then the tenant's, then UTC.
        #[example("Europe/Berlin")]
        timezone: String = optional(parsed(canonical_timezone)),
    }
}

/// Those that are switched off need no times.
pub(super) fn quiet_hours(read: QuietHoursRequest, fields: &mut Fields<'_>) -> Option<QuietHours> {
    let off = QuietHours::off();
    let mut time = |name, time: Option<WallTime>, usual| {
        if read.enabled == Some(true) {
            fields.required(name)?;
        } else if fields.get(name).is_none() {
            return Some(usual);
        }
        time
    };
    let start = time("start_time", read.start_time, off.start());
    let end = time("end_time", read.end_time, off.end());
    QuietHours::new(read.enabled?, start?, end?, read.timezone)
        .map_err(|error| fields.wrong("end_time", FieldCode::OutOfRange, error.0))
        .ok()
}
