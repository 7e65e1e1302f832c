//! Language and time zone, which both users and devices have.

use campanile_domain::{canonical_locale, canonical_timezone};
use campanile_fields::kinds::{Kind, parsed};

/// A language, by its one tag.
pub(crate) fn locale() -> impl Kind<Value = String> {
    parsed(canonical_locale).at_most(35)
}

/// A time zone, by its one name.
pub(crate) fn timezone() -> impl Kind<Value = String> {
    parsed(canonical_timezone)
}
