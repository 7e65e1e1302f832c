//! Query parameters, read strictly: unknown, repeated and wrong ones are all named in one answer.

use std::collections::HashSet;
use std::ops::RangeInclusive;
use std::str::FromStr;

use campanile_domain::NotificationType;
use campanile_intake::{FieldError, FieldErrors};
use chrono::{DateTime, Datelike, Utc};
use http::Uri;
use url::form_urlencoded;

use crate::problem::Problem;

/// What RFC 3339 can write.
const YEARS: RangeInclusive<i32> = 0..=9999;

/// The parameters of one request. An endpoint takes those it knows and then calls [`Query::finish`].
pub(crate) struct Query {
    pairs: Vec<(String, String)>,
    errors: FieldErrors,
}

impl Query {
    /// Reads a request's query.
    pub(crate) fn of(uri: &Uri) -> Self {
        let query = uri.query().unwrap_or_default();
        Self {
            pairs: form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect(),
            errors: FieldErrors::default(),
        }
    }

    /// Notes a wrong value.
    pub(crate) fn wrong(&mut self, name: &str, code: &'static str, detail: impl Into<String>) {
        self.errors.note(|| FieldError::new(name, code, detail));
    }

    /// The text of a parameter.
    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        let at = self.pairs.iter().position(|(n, _)| n == name)?;
        let (_, value) = self.pairs.swap_remove(at);
        if self.pairs.iter().any(|(n, _)| n == name) {
            self.pairs.retain(|(n, _)| n != name);
            self.wrong(name, "repeated", "may be given once");
            return None;
        }
        // What was not UTF-8 has become U+FFFD by now. Nothing that is stored has a NUL.
        if value.contains(['\0', char::REPLACEMENT_CHARACTER]) {
            self.wrong(name, "control_character", "must be UTF-8 without NUL");
            return None;
        }
        Some(value)
    }

    /// `true` or `false`; absent is `false`.
    pub(crate) fn flag(&mut self, name: &str) -> bool {
        match self.text(name).as_deref() {
            None | Some("false" | "0") => false,
            Some("true" | "1") => true,
            Some(_) => {
                self.wrong(name, "wrong_type", "must be true or false");
                false
            }
        }
    }

    /// A whole number within bounds.
    pub(crate) fn number(&mut self, name: &str, least: u32, most: u32) -> Option<u32> {
        let text = self.text(name)?;
        // `u32::from_str` takes a leading plus, which is a decoded space as often as not.
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        match u32::from_str(&text) {
            Ok(number) if digits && (least..=most).contains(&number) => Some(number),
            _ if digits => {
                let detail = format!("must be from {least} to {most}");
                self.wrong(name, "out_of_range", detail);
                None
            }
            _ => {
                let detail = format!("must be a whole number from {least} to {most}");
                self.wrong(name, "wrong_type", detail);
                None
            }
        }
    }

    /// A moment in RFC 3339.
    pub(crate) fn moment(&mut self, name: &str) -> Option<DateTime<Utc>> {
        let text = self.text(name)?;
        // An offset's `+` that was not percent-encoded arrives as a space.
        match DateTime::parse_from_rfc3339(&text.replace(' ', "+")) {
            Ok(moment) if YEARS.contains(&moment.to_utc().year()) => Some(moment.to_utc()),
            // Its offset moves it out of what RFC 3339 can write and databases can keep.
            Ok(_) => {
                self.wrong(
                    name,
                    "out_of_range",
                    "must lie in the years 0 to 9999 of UTC",
                );
                None
            }
            Err(_) => {
                let detail = "must be a moment in RFC 3339, e.g. 2026-01-31T08:00:00Z";
                self.wrong(name, "wrong_format", detail);
                None
            }
        }
    }

    /// An event key.
    pub(crate) fn notification_type(&mut self, name: &str) -> Option<NotificationType> {
        let text = self.text(name)?;
        NotificationType::parse(&text)
            .map_err(|error| self.wrong(name, "wrong_format", error.to_string()))
            .ok()
    }

    /// Refuses the request if anything was wrong or is left over.
    pub(crate) fn finish(mut self) -> Result<(), Problem> {
        let pairs = std::mem::take(&mut self.pairs);
        let mut told = HashSet::new();
        for (name, _) in &pairs {
            if told.insert(name) {
                self.wrong(name, "unknown_parameter", "is not a parameter of this call");
            }
        }
        if self.errors.is_empty() {
            Ok(())
        } else {
            Err(Problem::validation(self.errors))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(text: &'static str) -> Query {
        Query::of(&Uri::from_static(text))
    }

    #[test]
    fn known_values_are_taken() {
        let mut q = query("/?limit=20&unread_only=true&from=2026-01-31T08:00:00+01:00&t=a.b");
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
    fn unknown_names_are_told_once_each_and_a_hundred_at_most() {
        let names: Vec<_> = (0..2_500).map(|n| format!("p{n}&p{n}=1")).collect();
        let uri: Uri = format!("/?{}", names.join("&")).parse().expect("a URI");
        let problem = Query::of(&uri).finish().expect_err("wrong");
        let json = serde_json::to_value(problem.document("r")).expect("serialisable");
        assert_eq!(json["errors"].as_array().map(Vec::len), Some(100));
        assert_eq!(json["errors_omitted"], 2_400);
    }

    #[test]
    fn every_wrong_value_is_named() {
        let mut q = query("/?limit=0&offset=x&offset2=1&from=yesterday&t=A&u=1&u=1&n=-1&m=+1&u=3");
        let _ = (
            q.number("limit", 1, 100),
            q.number("offset", 0, 9),
            q.moment("from"),
        );
        let _ = (q.notification_type("t"), q.flag("u"), q.number("n", 0, 9));
        let _ = q.number("m", 0, 9);
        let problem = q.finish().expect_err("wrong");
        let json = serde_json::to_value(problem.document("r")).expect("serialisable");
        let fields: Vec<_> = json["errors"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|e| e["field"].as_str().expect("text").to_owned())
            .collect();
        assert_eq!(
            fields,
            ["limit", "offset", "from", "t", "u", "n", "m", "offset2"]
        );
    }
}
