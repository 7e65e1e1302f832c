//! Language and time zone, which both users and devices have.

use campanile_domain::{canonical_locale, canonical_timezone};
use campanile_fields::Fields;

/// The language of a body, by its one tag.
pub(crate) fn locale(fields: &mut Fields<'_>) -> Option<String> {
    fields.parsed("locale", canonical_locale)
}

/// The time zone of a body, by its one name.
pub(crate) fn timezone(fields: &mut Fields<'_>) -> Option<String> {
    fields.parsed("timezone", canonical_timezone)
}
