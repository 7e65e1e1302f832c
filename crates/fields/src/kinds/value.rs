//! Switches and numbers.

use std::ops::RangeInclusive;

use serde_json::json;

use super::Kind;
use crate::{FieldCode, Fields, Json, ValueSchema};

/// A switch.
pub struct Flag;

/// A switch.
pub const fn flag() -> Flag {
    Flag
}

impl Kind for Flag {
    type Value = bool;

    fn read<'a>(&self, fields: &mut Fields<'a>, field: &str, value: Json<'a>) -> Option<bool> {
        let on = value.as_bool();
        if on.is_none() {
            fields.wrong(field, FieldCode::WrongType, "must be true or false");
        }
        on
    }

    fn schema(&self) -> ValueSchema {
        ValueSchema::new(json!({"type": "boolean"}))
    }
}

/// A whole number within bounds.
pub struct Whole {
    bounds: RangeInclusive<u32>,
    fraction: FieldCode,
}

/// A whole number within bounds, written without point and exponent.
pub const fn whole(bounds: RangeInclusive<u32>) -> Whole {
    Whole {
        bounds,
        fraction: FieldCode::OutOfRange,
    }
}

impl Whole {
    /// What is said of a number with a point or an exponent.
    #[must_use]
    pub const fn fraction(mut self, code: FieldCode) -> Self {
        self.fraction = code;
        self
    }
}

impl Kind for Whole {
    type Value = u32;

    fn read<'a>(&self, fields: &mut Fields<'a>, field: &str, value: Json<'a>) -> Option<u32> {
        let (least, most) = (self.bounds.start(), self.bounds.end());
        let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
        let number = number.filter(|number| self.bounds.contains(number));
        if number.is_none() {
            // A number with a point or an exponent is none of ours, whole as it may be.
            let code = match value.is_number() {
                true if value.text().contains(['.', 'e', 'E']) => self.fraction,
                true => FieldCode::OutOfRange,
                false => FieldCode::WrongType,
            };
            let detail = format!("must be a whole number from {least} to {most}");
            fields.wrong(field, code, detail);
        }
        number
    }

    fn schema(&self) -> ValueSchema {
        let (least, most) = (self.bounds.start(), self.bounds.end());
        let schema =
            json!({"type": "integer", "format": "int32", "minimum": least, "maximum": most});
        ValueSchema::new(schema)
    }
}
