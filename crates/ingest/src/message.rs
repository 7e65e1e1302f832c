//! What a program says, in our terms.

use std::fmt::Write as _;

use campanile_domain::{Priority, TopicKey, compact_json};
use chrono::{DateTime, Utc};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// The longest value of `content` that a program's own data may make, in bytes: each recipient has a copy.
pub(crate) const MAX_VALUE_BYTES: usize = 16 * 1_024;

/// A message as it came in. What the address says (type, recipients, channels) is not part of it.
#[derive(Debug, Default)]
pub struct Message {
    /// The title, cut to what a notification may have.
    pub title: Option<String>,
    /// The text, cut to what a notification may have.
    pub body: Option<String>,
    /// What the receiving application gets besides.
    pub content: Content,
    /// What a click opens, as it was written; what may not be opened is left out.
    pub link: Option<String>,
    /// Buttons by label and link, as they were written.
    pub actions: Vec<(String, String)>,
    /// How urgent it is; `None`: as urgent as the address says.
    pub priority: Option<Priority>,
    /// When it is to be sent.
    pub send_at: Option<DateTime<Utc>>,
    /// The topic that the caller names.
    pub topic: Option<TopicKey>,
    /// What it takes the place of.
    pub collapse_key: Option<String>,
    /// The group of alerts that it is about.
    pub group: Option<Group>,
    /// A repetition of the same occasion is answered as before and sends nothing.
    pub occasion: Option<Occasion>,
}

/// What belongs together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// A hash of what the caller calls it.
    pub digest: [u8; 32],
    /// A hash of its state. The same state again is a repetition, which sends nothing.
    pub state: Option<[u8; 32]>,
    /// Whether it is over.
    pub is_over: bool,
}

impl Group {
    /// A group by the caller's name for it.
    pub fn named(name: &str, is_over: bool) -> Self {
        Self {
            digest: Sha256::digest(name.as_bytes()).into(),
            state: None,
            is_over,
        }
    }

    /// The group in a state.
    #[must_use]
    pub fn in_state<'a>(mut self, parts: impl IntoIterator<Item = &'a str>) -> Self {
        self.state = Some(Occasion::of(parts).0);
        self
    }

    /// The change of its state, after so many others: what makes two calls the same call.
    pub fn change_from(&self, earlier: Option<&[u8; 32]>, changes: u64) -> Option<Occasion> {
        let state = self.state?;
        let mut hash = Sha256::new();
        for part in [&self.digest, earlier.unwrap_or(&[0; 32]), &state] {
            hash.update(part);
        }
        hash.update(changes.to_be_bytes());
        Some(Occasion(hash.finalize().into()))
    }

    /// A collapse key that differs from group to group: devices show the newest notification of each.
    pub fn collapse_key(&self) -> String {
        let mut key = String::from("group-");
        for byte in &self.digest[..16] {
            write!(key, "{byte:02x}").expect("a String takes any text");
        }
        key
    }
}

/// What makes two calls the same call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occasion([u8; 32]);

impl Occasion {
    /// By texts that differ where the calls differ.
    pub fn of<'a>(parts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        Self(hash.finalize().into())
    }

    /// As an idempotency key of this address.
    pub fn key(&self, address: impl std::fmt::Display) -> String {
        let mut key = format!("ingest/{address}/");
        for byte in self.0 {
            write!(key, "{byte:02x}").expect("a String takes any text");
        }
        key
    }
}

/// The members of `content`, in the order in which they were added.
#[derive(Debug, Default)]
pub struct Content(Vec<(&'static str, String)>);

impl Content {
    /// Adds a text; an empty one is left out.
    pub fn text(&mut self, name: &'static str, text: &str) {
        if !text.is_empty() {
            self.value(name, &Value::from(text.replace('\0', "")));
        }
    }

    /// Adds a value, unless it is too large or holds what cannot be stored.
    pub fn value(&mut self, name: &'static str, value: &Value) {
        self.written(name, &value.to_string());
    }

    /// Adds JSON as it was written, unless it is too large or holds what cannot be stored.
    pub fn written(&mut self, name: &'static str, json: &str) {
        if json.len() > 4 * MAX_VALUE_BYTES {
            return;
        }
        if let Ok(compact) = compact_json(json)
            && compact.len() <= MAX_VALUE_BYTES
        {
            self.0.push((name, compact.to_string()));
        }
    }

    /// All of it as a JSON object.
    pub fn to_json(&self) -> String {
        let mut json = String::from("{");
        for (place, (name, value)) in self.0.iter().enumerate() {
            let comma = if place == 0 { "" } else { "," };
            write!(json, "{comma}\"{name}\":{value}").expect("a String takes any text");
        }
        json.push('}');
        json
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_is_an_object_of_what_can_be_stored() {
        let mut content = Content::default();
        content.text("a", "x\0\"y");
        content.text("empty", "");
        content.written("number", "1.10");
        content.written("zero", "\"\\u0000\"");
        content.value("large", &Value::from("x".repeat(MAX_VALUE_BYTES)));
        assert_eq!(content.to_json(), r#"{"a":"x\"y","number":1.10}"#);
        assert_eq!(Content::default().to_json(), "{}");
    }

    #[test]
    fn occasions_and_groups_differ_by_what_they_are_made_of() {
        assert_ne!(Occasion::of(["ab", "c"]), Occasion::of(["a", "bc"]));
        let (one, other) = (Group::named("a", false), Group::named("b", false));
        assert_ne!(one.collapse_key(), other.collapse_key());
        assert_eq!(one.collapse_key(), Group::named("a", true).collapse_key());
        assert_eq!(one.collapse_key().len(), 38);
        assert_eq!(one.change_from(None, 0), None);
        let (first, second) = (one.clone().in_state(["1"]), one.in_state(["2"]));
        let state = first.state;
        assert_eq!(first.change_from(None, 0), first.change_from(None, 0));
        assert_ne!(first.change_from(None, 0), second.change_from(None, 0));
        assert_ne!(
            second.change_from(None, 0),
            second.change_from(state.as_ref(), 0)
        );
        assert_ne!(
            second.change_from(state.as_ref(), 1),
            second.change_from(state.as_ref(), 3)
        );
    }
}
