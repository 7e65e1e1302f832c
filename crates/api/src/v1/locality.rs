//! Language and time zone, which both users and devices have.

use campanile_domain::{check_locale, check_timezone};
use campanile_intake::Fields;

/// The language of a body.
pub(crate) fn locale(fields: &mut Fields<'_>) -> Option<String> {
    fields.parsed("locale", |text| {
        check_locale(text).map(|()| text.to_owned())
    })
}

/// The time zone of a body.
pub(crate) fn timezone(fields: &mut Fields<'_>) -> Option<String> {
    fields.parsed("timezone", |text| {
        check_timezone(text).map(|()| text.to_owned())
    })
}
