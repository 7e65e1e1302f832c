//! Query parameters, read strictly: unknown, repeated and wrong ones are all named in one answer.

use std::collections::HashSet;
use std::ops::RangeInclusive;
use std::str::FromStr;

use campanile_domain::NotificationType;
use chrono::{DateTime, Datelike, Utc};
use url::form_urlencoded;

use crate::{FieldCode, FieldError, FieldErrors};

/// What RFC 3339 can write.
const YEARS: RangeInclusive<i32> = 0..=9999;

/// The parameters of one request. An endpoint takes those it knows and then calls [`Query::finish`].
pub struct Query {
    pairs: Vec<(String, String)>,
    errors: FieldErrors,
}

impl Query {
    /// Reads a request's query, the part behind the question mark.
    pub fn of(query: Option<&str>) -> Self {
        let query = query.unwrap_or_default();
        Self {
            pairs: form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect(),
            errors: FieldErrors::default(),
        }
    }

    /// Notes a wrong value.
    pub fn wrong(&mut self, name: &str, code: FieldCode, detail: impl Into<String>) {
        self.errors.note(|| FieldError::new(name, code, detail));
    }

    /// The text of a parameter.
    pub fn text(&mut self, name: &str) -> Option<String> {
        let at = self.pairs.iter().position(|(n, _)| n == name)?;
        let (_, value) = self.pairs.swap_remove(at);
        if self.pairs.iter().any(|(n, _)| n == name) {
            self.pairs.retain(|(n, _)| n != name);
            self.wrong(name, FieldCode::Repeated, "must be given only once");
            return None;
        }
        // What was not UTF-8 has become U+FFFD by now. Nothing that is stored has a NUL.
        if value.contains(['\0', char::REPLACEMENT_CHARACTER]) {
            self.wrong(
                name,
                FieldCode::ControlCharacter,
                "must be UTF-8 without NUL",
            );
            return None;
        }
        Some(value)
    }

    /// `true` or `false`; absent is `false`.
    pub fn flag(&mut self, name: &str) -> bool {
        match self.text(name).as_deref() {
            None | Some("false" | "0") => false,
            Some("true" | "1") => true,
            Some(_) => {
                self.wrong(name, FieldCode::WrongType, "must be true or false");
                false
            }
        }
    }

    /// A whole number within bounds.
    pub fn number(&mut self, name: &str, least: u32, most: u32) -> Option<u32> {
        let text = self.text(name)?;
        // `u32::from_str` takes a leading plus, which is a decoded space as often as not.
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        match u32::from_str(&text) {
            Ok(number) if digits && (least..=most).contains(&number) => Some(number),
            _ if digits => {
                let detail = format!("must be from {least} to {most}");
                self.wrong(name, FieldCode::OutOfRange, detail);
                None
            }
            _ => {
                let detail = format!("must be a whole number from {least} to {most}");
                self.wrong(name, FieldCode::WrongType, detail);
                None
            }
        }
    }

    /// A moment in RFC 3339.
    pub fn moment(&mut self, name: &str) -> Option<DateTime<Utc>> {
        let text = self.text(name)?;
        // An offset's `+` that was not percent-encoded arrives as a space.
        match DateTime::parse_from_rfc3339(&text.replace(' ', "+")) {
            Ok(moment) if YEARS.contains(&moment.to_utc().year()) => Some(moment.to_utc()),
            // Its offset moves it out of what RFC 3339 can write and databases can keep.
            Ok(_) => {
                self.wrong(
                    name,
                    FieldCode::OutOfRange,
                    "must be in the years 0 to 9999 UTC",
                );
                None
            }
            Err(_) => {
                let detail = "must be a time in RFC 3339 format, such as 2026-01-31T08:00:00Z";
                self.wrong(name, FieldCode::WrongFormat, detail);
                None
            }
        }
    }

    /// An event key.
    pub fn notification_type(&mut self, name: &str) -> Option<NotificationType> {
        let text = self.text(name)?;
        NotificationType::parse(&text)
            .map_err(|error| self.wrong(name, FieldCode::WrongFormat, error.to_string()))
            .ok()
    }

    /// Refuses the request if anything was wrong or is left over.
    ///
    /// # Errors
    /// [`FieldErrors`].
    pub fn finish(mut self) -> Result<(), FieldErrors> {
        let pairs = std::mem::take(&mut self.pairs);
        let mut named = HashSet::new();
        for (name, _) in &pairs {
            if named.insert(name) {
                self.wrong(name, FieldCode::UnknownParameter, "unknown parameter");
            }
        }
        if self.errors.is_empty() {
            Ok(())
        } else {
            Err(self.errors)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(text: &str) -> Query {
        Query::of(Some(text))
    }

    #[test]
    fn known_values_are_taken() {
        let mut q = query("limit=20&unread_only=true&from=2026-01-31T08:00:00+01:00&t=a.b");
        assert_eq!(q.number("limit", 1, 100), Some(20));
        assert!(q.flag("unread_only"));
        assert_eq!(
            q.moment("from").map(|m| m.to_rfc3339()),
            Some("2026-01-31T07:00:00+00:00".into())
        );
        assert!(q.notification_type("t").is_some());
        assert!(q.finish().is_ok());
    }

    #[test]
    fn unknown_names_are_notified_once_each_and_a_hundred_at_most() {
        let names: Vec<_> = (0..2_500).map(|n| format!("p{n}&p{n}=1")).collect();
        let errors = query(&names.join("&")).finish().expect_err("wrong");
        assert_eq!((errors.len(), errors.omitted()), (100, 2_400));
    }

    #[test]
    fn every_wrong_value_is_named() {
        let mut q = query("limit=0&offset=x&offset2=1&from=yesterday&t=A&u=1&u=1&n=-1&m=+1&u=3");
        let _ = (
            q.number("limit", 1, 100),
            q.number("offset", 0, 9),
            q.moment("from"),
        );
        let _ = (q.notification_type("t"), q.flag("u"), q.number("n", 0, 9));
        let _ = q.number("m", 0, 9);
        let errors = q.finish().expect_err("wrong");
        let fields: Vec<_> = errors.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(
            fields,
            ["limit", "offset", "from", "t", "u", "n", "m", "offset2"]
        );
    }
}
