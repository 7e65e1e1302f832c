//! Reads the fields of a JSON object one by one and collects what is wrong with each.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use crate::FieldError;

/// A JSON object under examination.
pub(crate) struct Fields<'a> {
    object: &'a Map<String, Value>,
    known: Vec<&'static str>,
    /// What has been found wrong so far.
    pub(crate) errors: Vec<FieldError>,
}

impl<'a> Fields<'a> {
    pub(crate) fn new(object: &'a Map<String, Value>) -> Self {
        Self {
            object,
            known: Vec::new(),
            errors: Vec::new(),
        }
    }

    pub(crate) fn wrong(&mut self, field: &str, code: &'static str, detail: impl Into<String>) {
        self.errors.push(FieldError {
            field: format!("/{field}"),
            code,
            detail: detail.into(),
        });
    }

    /// The value of a field; `null` counts as absent.
    pub(crate) fn get(&mut self, name: &'static str) -> Option<&'a Value> {
        self.known.push(name);
        self.object.get(name).filter(|value| !value.is_null())
    }

    pub(crate) fn required(&mut self, name: &'static str) -> Option<&'a Value> {
        let value = self.get(name);
        if value.is_none() {
            self.wrong(name, "required", format!("{name} is required"));
        }
        value
    }

    /// A text of `min` to `max` bytes; control characters only if they are line breaks or tabs
    /// and `lines` allows them.
    pub(crate) fn text(&mut self, name: &'static str, max: usize, lines: bool) -> Option<String> {
        let value = self.get(name)?;
        let Some(text) = value.as_str() else {
            self.wrong(name, "wrong_type", format!("{name} is a string"));
            return None;
        };
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
    pub(crate) fn moment(
        &mut self,
        name: &'static str,
        latest: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
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
    pub(crate) fn name<T>(&mut self, name: &'static str) -> Option<T>
    where
        T: std::str::FromStr,
        T::Err: std::fmt::Display,
    {
        let value = self.get(name)?;
        let Some(text) = value.as_str() else {
            self.wrong(name, "wrong_type", format!("{name} is a string"));
            return None;
        };
        match text.parse() {
            Ok(known) => Some(known),
            Err(error) => {
                self.wrong(name, "unknown_value", error.to_string());
                None
            }
        }
    }

    /// A switch that this version knows only in its off position.
    pub(crate) fn only_off(&mut self, name: &'static str) {
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

    /// Every field that nobody asked for is one too many.
    pub(crate) fn refuse_unknown(&mut self) {
        let unknown: Vec<&String> = self
            .object
            .keys()
            .filter(|key| !self.known.contains(&key.as_str()))
            .collect();
        for key in unknown {
            let pointer = key.replace('~', "~0").replace('/', "~1");
            self.wrong(&pointer, "unknown_field", "there is no such field");
        }
    }
}
