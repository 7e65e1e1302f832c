//! The closed catalogue of codes that say what is wrong with a field of a body, a parameter of a
//! query, or a header.
//!
//! `docs/reference/field-errors.md` shows the same table; a test compares them.

use std::fmt;

use campanile_domain::JsonFlaw;
use serde::{Serialize, Serializer};

/// Declares each code once: its variant, its name on the wire, and its meaning.
macro_rules! catalogue {
    ($($variant:ident $name:literal $meaning:literal)*) => {
        /// A stable name for what is wrong with a field. Clients branch on it; its text never changes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum FieldCode {
            $(#[doc = $meaning] $variant,)*
        }

        impl FieldCode {
            /// Every code, as the reference lists them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The text of `code`.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What it means, in a sentence.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning,)* }
            }
        }
    };
}

catalogue! {
    // What is there, and what is not.
    Required "required" "The field is missing, `null` or empty, and it must be given."
    UnknownField "unknown_field" "The object has no field of this name."
    UnknownParameter "unknown_parameter" "The call has no query parameter of this name."
    Repeated "repeated" "The parameter or header is given more than once."
    // The value for itself.
    WrongType "wrong_type" "The value has another JSON type than the field, or a parameter is not a number or a switch."
    Invalid "invalid" "The text does not have the form that the field of a body requires."
    WrongFormat "wrong_format" "The text does not have the form that the parameter or header requires."
    UnknownValue "unknown_value" "The value is not one of those that the field accepts, or names something that does not exist."
    TooShort "too_short" "The text or the list is shorter than the field allows."
    TooLong "too_long" "The text, the list or the object is longer than the field allows."
    TooDeep "too_deep" "The JSON is nested more deeply than the field allows."
    OutOfRange "out_of_range" "The number or the time lies outside the range that the field allows."
    ControlCharacter "control_character" "The text contains a control character that the field does not allow."
    InvalidUnicode "invalid_unicode" "The text contains half of a surrogate pair."
    NotSupported "not_supported" "This version does not support the value or the field here."
    // The value beside others.
    Contradictory "contradictory" "The field contradicts another field of the request."
    Conflict "conflict" "The parameter cannot be combined with another parameter."
    TooEarly "too_early" "`expires_at` is not later than the time at which the notification would be sent."
    TooLargeTogether "too_large_together" "The fields are too large together: every recipient has a copy of the texts."
    Schema "schema" "The content violates the schema that the tenant has set for its type."
    // What the tenant has already.
    TooMany "too_many" "The tenant has as many as it may have."
    OtherChannel "other_channel" "The provider that is named, or that names this one, serves another channel."
    Circular "circular" "The failover of the provider would lead back to it."
}

impl fmt::Display for FieldCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for FieldCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl From<JsonFlaw> for FieldCode {
    fn from(flaw: JsonFlaw) -> Self {
        match flaw {
            JsonFlaw::TooDeep => Self::TooDeep,
            JsonFlaw::Nul => Self::ControlCharacter,
            JsonFlaw::HalfCharacter => Self::InvalidUnicode,
            JsonFlaw::NumberTooLarge => Self::OutOfRange,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    const REFERENCE: &str = include_str!("../../../docs/reference/field-errors.md");

    #[test]
    fn names_are_unique() {
        let names: HashSet<_> = FieldCode::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(names.len(), FieldCode::ALL.len());
    }

    #[test]
    fn the_reference_lists_the_same_codes() {
        let rows = FieldCode::ALL.iter();
        let rows = rows.map(|code| format!("| `{}` | {} |", code.name(), code.meaning()));
        let listed: Vec<_> = REFERENCE.lines().filter(|l| l.starts_with("| `")).collect();
        assert_eq!(listed, rows.collect::<Vec<_>>());
    }
}
