//! Reads the fields of a JSON object one by one and collects what is wrong with each.

use std::borrow::Cow;
use std::collections::BTreeMap;

use campanile_domain::JsonFlaw;
use chrono::{DateTime, Utc};

use crate::{FieldCode, FieldError, FieldErrors, Json};

/// No body has more fields: neither ours nor the types that preferences may name.
const MAX_FIELDS: usize = 1_000;

/// The name of a member as a part of a JSON pointer.
pub fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

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

    /// Ends the examination: every field that was not read is unknown. Returns all errors.
    pub fn finish(mut self) -> FieldErrors {
        for key in std::mem::take(&mut self.object).keys() {
            if !self.known.contains(&&**key) {
                self.wrong(&escaped(key), FieldCode::UnknownField, "unknown field");
            }
        }
        self.errors
    }

    /// Ends the examination with what `make` makes of the fields, if nothing was wrong.
    ///
    /// # Errors
    /// All that was wrong.
    pub fn finish_with<T>(self, make: impl FnOnce() -> Option<T>) -> Result<T, FieldErrors> {
        let errors = self.finish();
        match make() {
            Some(made) if errors.is_empty() => Ok(made),
            _ => Err(errors),
        }
    }

    /// A moment that was read from a field, if it is not beyond `latest`, which is about a year ahead.
    pub fn within_a_year(
        &mut self,
        field: &str,
        moment: Option<DateTime<Utc>>,
        latest: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        let is_beyond = moment.is_some_and(|moment| moment > latest);
        if is_beyond {
            let detail = "must be at most a year from now";
            self.wrong(field, FieldCode::OutOfRange, detail);
        }
        moment.filter(|_| !is_beyond)
    }

    /// Notes what is wrong with a field, or with a part of it (`recipients/3`).
    pub fn wrong(&mut self, field: &str, code: FieldCode, detail: impl Into<String>) {
        self.errors
            .note(|| FieldError::new(format!("/{field}"), code, detail));
    }

    /// Adds the errors of a field that contains an object.
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

    /// Leaves a field out of the examination.
    pub fn set_aside(&mut self, name: &str) {
        self.object.remove(name);
    }

    /// The value of a field that has to be there.
    pub fn required(&mut self, name: &'static str) -> Option<Json<'a>> {
        let value = self.get(name);
        if value.is_none() {
            self.wrong(name, FieldCode::Required, "is required");
        }
        value
    }

    /// The text of a value that stands at `field`.
    pub fn string(&mut self, field: &str, value: Json<'a>) -> Option<Cow<'a, str>> {
        let text = value.as_str();
        if text.is_none() {
            if value.is_string() {
                let flaw = JsonFlaw::HalfCharacter;
                self.wrong(field, flaw.into(), flaw.to_string());
            } else {
                self.wrong(field, FieldCode::WrongType, "must be a string");
            }
        }
        text
    }
}
