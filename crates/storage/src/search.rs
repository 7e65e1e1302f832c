//! Searching in what notifications say.
//!
//! No index knows the texts, so a search opens them one by one and never more than
//! [`Search::OPENED`]. Both back ends search here, so that they find the same.

use campanile_domain::NotificationId;
use serde_json::Value;

use crate::PageStart;

/// A text to be found in titles, bodies and the values of contents, whatever the case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    lowercase: String,
}

impl Search {
    /// A search opens so many of a user's notifications at most: the newest that match the other
    /// filters.
    pub const OPENED: u32 = 1_000;
    /// The longest text to be found, in bytes.
    pub const MAX_BYTES: usize = 256;

    /// A search for a text; `None` if it is empty or longer than [`Self::MAX_BYTES`].
    pub fn of(text: &str) -> Option<Self> {
        let fits = !text.trim().is_empty() && text.len() <= Self::MAX_BYTES;
        fits.then(|| Self {
            lowercase: text.trim().to_lowercase(),
        })
    }

    /// Whether a notification says it. Names of fields and the signs of JSON do not count.
    pub fn finds(&self, title: Option<&str>, body: Option<&str>, content: &str) -> bool {
        let texts = [title, body];
        texts.into_iter().flatten().any(|text| self.is_in(text)) || self.is_in_content(content)
    }

    fn is_in(&self, text: &str) -> bool {
        text.to_lowercase().contains(&self.lowercase)
    }

    fn is_in_content(&self, content: &str) -> bool {
        serde_json::from_str(content).is_ok_and(|value| self.is_in_value(&value))
    }

    /// Its depth is bounded by the reader of JSON.
    fn is_in_value(&self, value: &Value) -> bool {
        match value {
            Value::String(text) => self.is_in(text),
            Value::Number(number) => self.is_in(&number.to_string()),
            Value::Array(list) => list.iter().any(|value| self.is_in_value(value)),
            Value::Object(map) => map.values().any(|value| self.is_in_value(value)),
            Value::Null | Value::Bool(_) => false,
        }
    }
}

/// The part of what was found, newest first, that a page shows; and whether more follows.
pub fn page_of(
    found: &[NotificationId],
    start: PageStart,
    limit: u32,
) -> (&[NotificationId], bool) {
    let skipped = match start {
        PageStart::Offset(rows) => usize::try_from(rows).unwrap_or(usize::MAX),
        PageStart::After(id) => found.partition_point(|newer| *newer >= id),
    };
    let rest = found.get(skipped..).unwrap_or_default();
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    (&rest[..limit.min(rest.len())], rest.len() > limit)
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};

    use super::*;

    #[test]
    fn it_finds_what_is_said_and_not_how_it_is_written() {
        let content = r#"{"sender_username":"Zoë","room":{"names":["Turm \"A\""]},"n":4711}"#;
        for (text, expected) in [
            ("zoë", true),
            ("ZOË", true),
            (" zoë ", true),
            ("turm \"a\"", true),
            ("471", true),
            ("hello", true),
            ("World", true),
            ("sender_username", false),
            ("\",\"", false),
            ("hello world", false),
        ] {
            let search = Search::of(text).expect("valid");
            let found = search.finds(Some("Hello"), Some("the world"), content);
            assert_eq!(found, expected, "{text}");
        }
        assert_eq!(Search::of("  "), None);
        assert_eq!(Search::of(&"x".repeat(257)), None);
    }

    #[test]
    fn pages_of_what_was_found_follow_each_other() {
        let id = |n| NotificationId::floor(DateTime::UNIX_EPOCH + TimeDelta::seconds(n));
        let found = [id(5), id(3), id(1)];
        for (start, limit, expected, more) in [
            (PageStart::Offset(0), 2, &found[..2], true),
            (PageStart::Offset(1), 2, &found[1..], false),
            (PageStart::Offset(1_000_000_000), 2, &[][..], false),
            (PageStart::After(id(5)), 1, &found[1..2], true),
            // Not (any more) among them.
            (PageStart::After(id(4)), 5, &found[1..], false),
            (PageStart::After(id(0)), 5, &[], false),
        ] {
            assert_eq!(
                page_of(&found, start, limit),
                (expected, more),
                "{start:?} {limit}"
            );
        }
    }
}
