//! Texts, and what is written as a text.

use std::fmt::Display;
use std::ops::RangeInclusive;

use campanile_domain::UserId;
use chrono::{DateTime, Utc};
use serde_json::json;

use super::Kind;
use crate::{FieldCode, Fields, Json, ValueSchema};

/// A text of 1 to so many bytes.
pub struct Text {
    max: usize,
    lines: bool,
}

/// A line of 1 to `max` bytes without control characters.
pub const fn text(max: usize) -> Text {
    Text { max, lines: false }
}

/// A text of 1 to `max` bytes; of control characters it may have line breaks and tabs.
pub const fn lines(max: usize) -> Text {
    Text { max, lines: true }
}

impl Kind for Text {
    type Value = String;

    fn read<'a>(&self, fields: &mut Fields<'a>, field: &str, value: Json<'a>) -> Option<String> {
        let text = fields.string(field, value)?;
        let allowed = |c: char| !c.is_control() || (self.lines && matches!(c, '\n' | '\r' | '\t'));
        let code = match text.len() {
            0 => FieldCode::TooShort,
            length if length > self.max => FieldCode::TooLong,
            _ if text.chars().all(allowed) => return Some(text.into_owned()),
            _ => {
                let detail = "must not contain control characters";
                fields.wrong(field, FieldCode::ControlCharacter, detail);
                return None;
            }
        };
        fields.wrong(field, code, format!("must be 1 to {} bytes", self.max));
        None
    }

    fn schema(&self) -> ValueSchema {
        ValueSchema::new(json!({"type": "string", "minLength": 1, "maxLength": self.max}))
    }
}

/// A text that may be empty, which says the same as none.
pub struct MaybeEmpty(Text);

/// A text that may be empty, which says the same as none.
pub const fn maybe_empty(text: Text) -> MaybeEmpty {
    MaybeEmpty(text)
}

impl Kind for MaybeEmpty {
    type Value = String;

    fn read<'a>(&self, fields: &mut Fields<'a>, field: &str, value: Json<'a>) -> Option<String> {
        let is_empty = value.as_str().is_some_and(|text| text.is_empty());
        (!is_empty)
            .then(|| self.0.read(fields, field, value))
            .flatten()
    }

    fn schema(&self) -> ValueSchema {
        ValueSchema::new(json!({"type": "string", "maxLength": self.0.max}))
    }
}

/// A text with a specific rule.
pub struct Parsed<T, E> {
    parse: fn(&str) -> Result<T, E>,
    code: FieldCode,
    least: Option<usize>,
    most: Option<usize>,
    pattern: Option<&'static str>,
    format: Option<&'static str>,
}

/// A text with a rule of its own; the others only describe it.
pub const fn parsed<T, E>(parse: fn(&str) -> Result<T, E>) -> Parsed<T, E> {
    Parsed {
        parse,
        code: FieldCode::Invalid,
        least: None,
        most: None,
        pattern: None,
        format: None,
    }
}

/// The id of a user.
pub fn user_id() -> impl Kind<Value = UserId> {
    parsed(UserId::parse).length(1..=128)
}

/// A time as RFC 3339 writes it.
pub fn moment() -> impl Kind<Value = DateTime<Utc>> {
    let read = |text: &str| {
        let moment = DateTime::parse_from_rfc3339(text).map(|moment| moment.to_utc());
        moment.map_err(|_| "must be a time in RFC 3339 format, such as 2030-01-31T08:00:00Z")
    };
    parsed(read).format("date-time")
}

impl<T, E> Parsed<T, E> {
    /// What is said of a text that breaks the rule.
    #[must_use]
    pub const fn code(mut self, code: FieldCode) -> Self {
        self.code = code;
        self
    }

    /// Describes its length.
    #[must_use]
    pub const fn length(mut self, length: RangeInclusive<usize>) -> Self {
        self.least = Some(*length.start());
        self.most = Some(*length.end());
        self
    }

    /// Describes its greatest length.
    #[must_use]
    pub const fn at_most(mut self, most: usize) -> Self {
        self.most = Some(most);
        self
    }

    /// Describes it by a regular expression.
    #[must_use]
    pub const fn pattern(mut self, pattern: &'static str) -> Self {
        self.pattern = Some(pattern);
        self
    }

    /// Describes it by a format of JSON Schema.
    #[must_use]
    pub const fn format(mut self, format: &'static str) -> Self {
        self.format = Some(format);
        self
    }
}

impl<T, E: Display> Kind for Parsed<T, E> {
    type Value = T;

    fn read<'a>(&self, fields: &mut Fields<'a>, field: &str, value: Json<'a>) -> Option<T> {
        (self.parse)(&fields.string(field, value)?)
            .map_err(|error| fields.wrong(field, self.code, error.to_string()))
            .ok()
    }

    fn schema(&self) -> ValueSchema {
        let mut schema = json!({"type": "string"});
        let members = [
            ("minLength", self.least.map(|least| json!(least))),
            ("maxLength", self.most.map(|most| json!(most))),
            ("pattern", self.pattern.map(|pattern| json!(pattern))),
            ("format", self.format.map(|format| json!(format))),
        ];
        for (name, value) in members {
            if let Some(value) = value {
                schema[name] = value;
            }
        }
        ValueSchema::new(schema)
    }
}
