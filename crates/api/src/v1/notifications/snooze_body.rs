//! A snooze.

use campanile_domain::InboxChange;
use campanile_fields::{FieldCode, FieldErrors, Fields, JsonText};
use chrono::{DateTime, SubsecRound, Utc};
use utoipa::ToSchema;

/// The moment that a body names, or what is wrong with it.
pub(super) fn until(body: &JsonText, now: DateTime<Utc>) -> Result<DateTime<Utc>, FieldErrors> {
    let mut fields = Fields::of(body)?;
    // Whatever is wrong is said once: only what is not there at all is required.
    let until = match fields.required("until") {
        Some(_) => fields.moment("until", now + InboxChange::LONGEST_SNOOZE),
        None => None,
    };
    if until.is_some_and(|until| until <= now) {
        fields.wrong("until", FieldCode::OutOfRange, "must be in the future");
    }
    let errors = fields.finish();
    match until {
        Some(until) if errors.is_empty() => Ok(until.trunc_subsecs(6)),
        _ => Err(errors),
    }
}

/// A snooze.
#[derive(ToSchema)]
#[schema(as = SnoozeRequest)]
#[expect(dead_code, reason = "describes JSON that is read field by field")]
pub(super) struct SnoozeBody {
    /// When the notification returns: in the future, at most a year from now.
    #[schema(example = "2027-01-31T08:00:00Z")]
    until: DateTime<Utc>,
}
