//! Reads the fields of a JSON object one by one and collects what is wrong with each.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::sync::Arc;

use campanile_domain::{JsonFlaw, UserId, compact_json};
use chrono::{DateTime, Utc};

use crate::{FieldCode, FieldError, FieldErrors, Json};

/// No body has more fields: neither ours nor the types that preferences may name.
const MAX_FIELDS: usize = 1_000;

/// A JSON object under examination: take the fields that are known, then [`Fields::finish`].
///
/// A field that is wrong reads as `None` and is noted; `null` counts as absent everywhere.
pub struct Fields<'a> {
    object: BTreeMap<Cow<'a, str>, Json<'a>>,
    known: Vec<&'static str>,
    errors: FieldErrors,
}

impl<'a> Fields<'a> {
    /// Starts with a body, which has to be an object.
    ///
    /// # Errors
    /// The one [`FieldError`] of a body that is something else, or an object beyond all bounds.
    pub fn of(body: impl Into<Json<'a>>) -> Result<Self, FieldErrors> {
        let of_body = |code, detail: String| FieldErrors::from(FieldError::new("", code, detail));
        let Some(object) = body.into().object(MAX_FIELDS) else {
            return Err(of_body(
                FieldCode::WrongType,
                "the body must be a JSON object".into(),
            ));
        };
        if object.len() > MAX_FIELDS {
            let detail = format!("the body must have at most {MAX_FIELDS} fields");
            return Err(of_body(FieldCode::TooLong, detail));
        }
        Ok(Self {
            object,
            known: Vec::new(),
            errors: FieldErrors::default(),
        })
    }

    /// Ends the examination: every field that nobody asked for is one too many. Gives all that was
    /// wrong.
    pub fn finish(mut self) -> FieldErrors {
        for key in std::mem::take(&mut self.object).keys() {
            if !self.known.contains(&&**key) {
                let pointer = key.replace('~', "~0").replace('/', "~1");
                self.wrong(&pointer, FieldCode::UnknownField, "unknown field");
            }
        }
        self.errors
    }

    /// Notes what is wrong with a field, or with a part of it (`recipients/3`).
    pub fn wrong(&mut self, field: &str, code: FieldCode, detail: impl Into<String>) {
        self.errors
            .note(|| FieldError::new(format!("/{field}"), code, detail));
    }

    /// Notes what is wrong within a field that holds an object of its own.
    pub fn wrong_within(&mut self, name: &str, errors: FieldErrors) {
        let omitted = errors.omitted();
        for inner in errors {
            let field = format!("{name}{}", inner.field);
            self.wrong(&field, inner.code, inner.detail);
        }
        self.errors.omit(omitted);
    }

    /// The value of a field.
    pub fn get(&mut self, name: &'static str) -> Option<Json<'a>> {
        self.given(name).filter(|value| !value.is_null())
    }

    /// The value of a field where `null` says something else than nothing.
    pub fn given(&mut self, name: &'static str) -> Option<Json<'a>> {
        self.known.push(name);
        self.object.get(name).copied()
    }

    /// The value of a field that has to be there.
    pub fn required(&mut self, name: &'static str) -> Option<Json<'a>> {
        let value = self.get(name);
        if value.is_none() {
            self.wrong(name, FieldCode::Required, "is required");
        }
        value
    }

    /// A text of 1 to `max` bytes; control characters only if they are line breaks or tabs
    /// and `lines` allows them.
    pub fn text(&mut self, name: &'static str, max: usize, lines: bool) -> Option<String> {
        let text = self.string(name)?;
        if text.is_empty() || text.len() > max {
            let code = if text.is_empty() {
                FieldCode::TooShort
            } else {
                FieldCode::TooLong
            };
            self.wrong(name, code, format!("must be 1 to {max} bytes"));
            return None;
        }
        let allowed = |c: char| !c.is_control() || (lines && matches!(c, '\n' | '\r' | '\t'));
        if !text.chars().all(allowed) {
            self.wrong(
                name,
                FieldCode::ControlCharacter,
                "must not contain control characters",
            );
            return None;
        }
        Some(text.into_owned())
    }

    /// A moment as RFC 3339 writes it, not beyond `latest`.
    pub fn moment(&mut self, name: &'static str, latest: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let text = self.string(name)?;
        match DateTime::parse_from_rfc3339(&text) {
            Ok(moment) if moment <= latest => Some(moment.to_utc()),
            Ok(_) => {
                self.wrong(
                    name,
                    FieldCode::OutOfRange,
                    "must be at most a year from now",
                );
                None
            }
            Err(_) => {
                let detail = "must be a time in RFC 3339 format, such as 2030-01-31T08:00:00Z";
                self.wrong(name, FieldCode::Invalid, detail);
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
            .map_err(|error: T::Err| self.wrong(name, FieldCode::UnknownValue, error.to_string()))
            .ok()
    }

    /// A text with a rule of its own.
    pub fn parsed<T, E: Display>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        parse(&self.string(name)?)
            .map_err(|error| self.wrong(name, FieldCode::Invalid, error.to_string()))
            .ok()
    }

    /// A JSON object of at most `max` bytes, as it was written but for white space.
    pub fn object(&mut self, name: &'static str, max: usize) -> Option<Arc<str>> {
        let value = self.get(name)?;
        if !value.is_object() {
            self.wrong(name, FieldCode::WrongType, "must be a JSON object");
            return None;
        }
        match compact_json(value.text()) {
            Ok(text) if text.len() <= max => Some(text.into()),
            Ok(_) => {
                let detail = format!("must be at most {max} bytes of JSON");
                self.wrong(name, FieldCode::TooLong, detail);
                None
            }
            Err(flaw) => {
                self.wrong(name, flaw.into(), flaw.to_string());
                None
            }
        }
    }

    /// A list whose length is within bounds; `of` says of what ("user ids").
    pub fn list(
        &mut self,
        name: &'static str,
        of: &str,
        bounds: RangeInclusive<usize>,
    ) -> Option<Vec<Json<'a>>> {
        let (least, most) = bounds.into_inner();
        let Some(list) = self.get(name)?.list(most) else {
            self.wrong(
                name,
                FieldCode::WrongType,
                format!("must be a list of {of}"),
            );
            return None;
        };
        if (least..=most).contains(&list.len()) {
            return Some(list);
        }
        let code = if list.len() < least {
            FieldCode::TooShort
        } else {
            FieldCode::TooLong
        };
        self.wrong(
            name,
            code,
            format!("must be a list of {least} to {most} {of}"),
        );
        None
    }

    /// A list of users, each of them once however often they are named.
    pub fn users(
        &mut self,
        name: &'static str,
        bounds: RangeInclusive<usize>,
    ) -> Option<Vec<UserId>> {
        let list = self.list(name, "user ids", bounds)?;
        let (mut seen, mut users) = (HashSet::new(), Vec::with_capacity(list.len()));
        for (place, value) in list.into_iter().enumerate() {
            let field = format!("{name}/{place}");
            let Some(text) = self.string_at(&field, value, "must be a string") else {
                continue;
            };
            match UserId::parse(&text) {
                Ok(user) if seen.contains(&user) => {}
                Ok(user) => {
                    seen.insert(user.clone());
                    users.push(user);
                }
                Err(error) => self.wrong(&field, FieldCode::Invalid, error.0),
            }
        }
        Some(users)
    }

    /// A switch.
    pub fn flag(&mut self, name: &'static str) -> Option<bool> {
        let on = self.get(name)?.as_bool();
        if on.is_none() {
            self.wrong(name, FieldCode::WrongType, "must be true or false");
        }
        on
    }

    /// A switch that this version knows only in its off position.
    pub fn only_off(&mut self, name: &'static str) {
        if self.flag(name) == Some(true) {
            let detail = "is not supported by this version";
            self.wrong(name, FieldCode::NotSupported, detail);
        }
    }

    fn string(&mut self, name: &'static str) -> Option<Cow<'a, str>> {
        let value = self.get(name)?;
        self.string_at(name, value, "must be a string")
    }

    /// The text of a value that stands at `field`; `otherwise` says what it had to be.
    pub fn string_at(
        &mut self,
        field: &str,
        value: Json<'a>,
        otherwise: &str,
    ) -> Option<Cow<'a, str>> {
        let text = value.as_str();
        if text.is_none() {
            if value.is_string() {
                let flaw = JsonFlaw::HalfCharacter;
                self.wrong(field, flaw.into(), flaw.to_string());
            } else {
                self.wrong(field, FieldCode::WrongType, otherwise);
            }
        }
        text
    }
}
