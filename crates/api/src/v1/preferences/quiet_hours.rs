//! Quiet hours in a body.

use campanile_domain::{QuietHours, WallTime};
use campanile_fields::{FieldCode, FieldErrors, Fields, Json};

use crate::v1::locality::timezone;

const NAME: &str = "quiet_hours";

/// The quiet hours of a body. Those that are switched off need no times.
pub(super) fn quiet_hours(fields: &mut Fields<'_>) -> Option<QuietHours> {
    let said = fields.get(NAME)?;
    let Some(hours) = said.is_object().then(|| read(said)) else {
        let detail = "must be an object with enabled, start_time, end_time and timezone";
        fields.wrong(NAME, FieldCode::WrongType, detail);
        return None;
    };
    let (hours, errors) = hours;
    fields.wrong_within(NAME, errors);
    hours
}

fn read(said: Json<'_>) -> (Option<QuietHours>, FieldErrors) {
    let mut fields = match Fields::of(said) {
        Ok(fields) => fields,
        Err(errors) => return (None, errors),
    };
    let enabled = fields.required("enabled").and(fields.flag("enabled"));
    let off = QuietHours::off();
    let start = time(&mut fields, "start_time", enabled, off.start());
    let end = time(&mut fields, "end_time", enabled, off.end());
    let zone = timezone(&mut fields);
    let mut hours = None;
    if let (Some(enabled), Some(start), Some(end)) = (enabled, start, end) {
        match QuietHours::new(enabled, start, end, zone) {
            Ok(read) => hours = Some(read),
            Err(error) => fields.wrong("end_time", FieldCode::OutOfRange, error.0),
        }
    }
    (hours, fields.finish())
}

fn time(
    fields: &mut Fields<'_>,
    name: &'static str,
    enabled: Option<bool>,
    usual: WallTime,
) -> Option<WallTime> {
    if enabled == Some(true) {
        fields.required(name)?;
    } else if fields.get(name).is_none() {
        return Some(usual);
    }
    fields.parsed(name, str::parse)
}
