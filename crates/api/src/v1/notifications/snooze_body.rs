//! Until when a notification is snoozed.

use campanile_domain::InboxChange;
use campanile_fields::kinds::{moment, required};
use campanile_fields::{FieldCode, FieldErrors, Fields, JsonText, request_body};
use chrono::{DateTime, SubsecRound, Utc};

request_body! {
    /// A snooze.
    pub(super) struct SnoozeBody as SnoozeRequest {
        /// When the notification returns: in the future, at most a year from now.
        #[example("2027-01-31T08:00:00Z")]
        until: DateTime<Utc> = required(moment()),
    }
}

/// The moment that a body names, or what is wrong with it.
pub(super) fn until(body: &JsonText, now: DateTime<Utc>) -> Result<DateTime<Utc>, FieldErrors> {
    let mut fields = Fields::of(body)?;
    let read = SnoozeBody::read(&mut fields);
    let until = fields.within_a_year("until", read.until, now + InboxChange::LONGEST_SNOOZE);
    if until.is_some_and(|until| until <= now) {
        fields.wrong("until", FieldCode::OutOfRange, "must be in the future");
    }
    fields.finish_with(|| until.map(|until| until.trunc_subsecs(6)))
}
