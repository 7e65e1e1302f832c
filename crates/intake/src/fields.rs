//! Reads the fields of a JSON object one by one and collects what is wrong with each.

use std::fmt::Display;
use std::str::FromStr;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use crate::FieldError;

/// A JSON object under examination: take the fields that are known, then [`Fields::finish`].
///
/// A field that is wrong reads as `None` and is noted; `null` counts as absent everywhere.
pub struct Fields<'a> {
    object: &'a Map<String, Value>,
    known: Vec<&'static str>,
    errors: Vec<FieldError>,
}

impl<'a> Fields<'a> {
    /// Starts with a body, which has to be an object.
    ///
    /// # Errors
    /// The one [`FieldError`] of a body that is something else.
    pub fn of(body: &'a Value) -> Result<Self, Vec<FieldError>> {
        let Some(object) = body.as_object() else {
            return Err(vec![FieldError {
                field: String::new(),
                code: "wrong_type",
                detail: "the body is a JSON object".into(),
            }]);
        };
        Ok(Self {
            object,
            known: Vec::new(),
            errors: Vec::new(),
        })
    }

    /// Ends the examination: every field that nobody asked for is one too many. Gives all that was
    /// wrong.
    pub fn finish(mut self) -> Vec<FieldError> {
        for key in self.object.keys() {
            if !self.known.contains(&key.as_str()) {
                let pointer = key.replace('~', "~0").replace('/', "~1");
                self.wrong(&pointer, "unknown_field", "there is no such field");
            }
        }
        self.errors
    }

    /// Notes what is wrong with a field, or with a part of it (`recipients/3`).
    pub fn wrong(&mut self, field: &str, code: &'static str, detail: impl Into<String>) {
        self.errors.push(FieldError {
            field: format!("/{field}"),
            code,
            detail: detail.into(),
        });
    }

    /// The value of a field.
    pub fn get(&mut self, name: &'static str) -> Option<&'a Value> {
        self.known.push(name);
        self.object.get(name).filter(|value| !value.is_null())
    }

    /// The value of a field that has to be there.
    pub fn required(&mut self, name: &'static str) -> Option<&'a Value> {
        let value = self.get(name);
        if value.is_none() {
            self.wrong(name, "required", format!("{name} is required"));
        }
        value
    }

    /// A text of 1 to `max` bytes; control characters only if they are line breaks or tabs
    /// and `lines` allows them.
    pub fn text(&mut self, name: &'static str, max: usize, lines: bool) -> Option<String> {
        let text = self.string(name)?;
        if text.is_empty() || text.len() > max {
            let code = if text.is_empty() {
                "too_short"
            } else {
                "too_long"
            };
            self.wrong(name, code, format!("{name} is 1 to {max} bytes long"));
            return None;
        }
        let allowed = |c: char| !c.is_control() || (lines && matches!(c, '\n' | '\r' | '\t'));
        if !text.chars().all(allowed) {
            self.wrong(
                name,
                "control_character",
                format!("{name} has a control character"),
            );
            return None;
        }
        Some(text.to_owned())
    }

    /// A moment as RFC 3339 writes it, not beyond `latest`.
    pub fn moment(&mut self, name: &'static str, latest: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let value = self.get(name)?;
        let Some(text) = value.as_str() else {
            self.wrong(
                name,
                "wrong_type",
                format!("{name} is a string with an RFC 3339 time"),
            );
            return None;
        };
        match DateTime::parse_from_rfc3339(text) {
            Ok(moment) if moment <= latest => Some(moment.to_utc()),
            Ok(_) => {
                self.wrong(
                    name,
                    "out_of_range",
                    format!("{name} is at most a year ahead"),
                );
                None
            }
            Err(_) => {
                let detail = format!("{name} is an RFC 3339 time such as 2030-01-31T08:00:00Z");
                self.wrong(name, "invalid", detail);
                None
            }
        }
    }

    /// A name out of a closed list.
    pub fn name<T>(&mut self, name: &'static str) -> Option<T>
    where
        T: FromStr,
        T::Err: Display,
    {
        let known = self.string(name)?.parse();
        known
            .map_err(|error: T::Err| self.wrong(name, "unknown_value", error.to_string()))
            .ok()
    }

    /// A text with a rule of its own.
    pub fn parsed<T, E: Display>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        parse(self.string(name)?)
            .map_err(|error| self.wrong(name, "invalid", error.to_string()))
            .ok()
    }

    /// A JSON object of at most `max` bytes, as text.
    pub fn object(&mut self, name: &'static str, max: usize) -> Option<Arc<str>> {
        let value = self.get(name)?;
        if !value.is_object() {
            self.wrong(name, "wrong_type", format!("{name} is a JSON object"));
            return None;
        }
        if has_nul(value) {
            let detail = format!("{name} has a NUL character");
            self.wrong(name, "control_character", detail);
            return None;
        }
        let text = value.to_string();
        if text.len() > max {
            let detail = format!("{name} is at most {max} bytes of JSON");
            self.wrong(name, "too_long", detail);
            return None;
        }
        Some(text.into())
    }

    /// A switch.
    pub fn flag(&mut self, name: &'static str) -> Option<bool> {
        let on = self.get(name)?.as_bool();
        if on.is_none() {
            self.wrong(name, "wrong_type", format!("{name} is true or false"));
        }
        on
    }

    /// A switch that this version knows only in its off position.
    pub fn only_off(&mut self, name: &'static str) {
        match self.get(name) {
            None | Some(Value::Bool(false)) => {}
            Some(Value::Bool(true)) => {
                self.wrong(
                    name,
                    "not_supported",
                    format!("{name} is not served by this version"),
                );
            }
            Some(_) => self.wrong(name, "wrong_type", format!("{name} is true or false")),
        }
    }

    fn string(&mut self, name: &'static str) -> Option<&'a str> {
        let text = self.get(name)?.as_str();
        if text.is_none() {
            self.wrong(name, "wrong_type", format!("{name} is a string"));
        }
        text
    }
}

/// No database keeps U+0000 in a text.
fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(list) => list.iter().any(has_nul),
        Value::Object(map) => map
            .iter()
            .any(|(key, value)| key.contains('\0') || has_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}
