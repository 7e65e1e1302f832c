//! Language and time zone, which both users and devices have.

use campanile_domain::{canonical_timezone, check_locale};
use campanile_intake::Fields;

/// The language of a body.
pub(crate) fn locale(fields: &mut Fields<'_>) -> Option<String> {
    fields.parsed("locale", |text| {
        check_locale(text).map(|()| text.to_owned())
    })
}

/// The time zone of a body, by its one name.
pub(crate) fn timezone(fields: &mut Fields<'_>) -> Option<String> {
    fields.parsed("timezone", canonical_timezone)
}
