//! JSON that is read where it is asked for.
//!
//! No tree of a body is built: what callers nest in their content is passed over, and their numbers
//! are never turned into ours. Lists and objects are read up to the length that their field allows.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

/// A text that is JSON.
#[derive(Debug, Clone)]
pub struct JsonText(Box<RawValue>);

impl JsonText {
    /// Takes a text.
    ///
    /// # Errors
    /// Where it stops being JSON.
    pub fn parse(text: String) -> Result<Self, serde_json::Error> {
        RawValue::from_string(text).map(Self)
    }

    /// The value to be read.
    pub fn json(&self) -> Json<'_> {
        Json(&self.0)
    }
}

impl From<&Value> for JsonText {
    fn from(value: &Value) -> Self {
        Self::parse(value.to_string()).expect("a value is written as JSON")
    }
}

/// A value within a [`JsonText`].
#[derive(Debug, Clone, Copy)]
pub struct Json<'a>(&'a RawValue);

impl<'a> From<&'a JsonText> for Json<'a> {
    fn from(text: &'a JsonText) -> Self {
        text.json()
    }
}

impl<'a> Json<'a> {
    /// As it was written.
    pub fn text(self) -> &'a str {
        self.0.get()
    }

    /// Whether it is `null`.
    pub fn is_null(self) -> bool {
        self.text() == "null"
    }

    /// Whether it is a string; one may still hold what is no text ([`Self::as_str`]).
    pub fn is_string(self) -> bool {
        self.text().starts_with('"')
    }

    /// Whether it is a number.
    pub fn is_number(self) -> bool {
        self.text()
            .starts_with(|first: char| first == '-' || first.is_ascii_digit())
    }

    /// Whether it is an object.
    pub fn is_object(self) -> bool {
        self.text().starts_with('{')
    }

    /// A switch.
    pub fn as_bool(self) -> Option<bool> {
        self.text().parse().ok()
    }

    /// A whole number from 0 to 2^64 - 1, written without point and exponent.
    pub fn as_u64(self) -> Option<u64> {
        self.text().parse().ok()
    }

    /// A string of whole characters; borrowed where nothing in it is escaped.
    pub fn as_str(self) -> Option<Cow<'a, str>> {
        let text: Option<Text<'a>> = serde_json::from_str(self.text()).ok();
        text.map(|Text(text)| text)
    }

    /// The elements of a list: up to one more than `most`, so that a longer one is noticed.
    pub fn list(self, most: usize) -> Option<Vec<Json<'a>>> {
        serde_json::Deserializer::from_str(self.text())
            .deserialize_seq(Elements { most })
            .ok()
    }

    /// The members of an object, the last of equal names: up to one more than `most`.
    pub fn object(self, most: usize) -> Option<BTreeMap<Cow<'a, str>, Json<'a>>> {
        serde_json::Deserializer::from_str(self.text())
            .deserialize_map(Members { most })
            .ok()
    }

    /// All of it as a tree; none where it is nested too deep or holds what is no text.
    pub fn value(self) -> Option<Value> {
        serde_json::from_str(self.text()).ok()
    }
}

#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

struct Elements {
    most: usize,
}

impl<'a> Visitor<'a> for Elements {
    type Value = Vec<Json<'a>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = list.next_element()? {
            elements.push(Json(element));
            if elements.len() > self.most {
                while list.next_element::<IgnoredAny>()?.is_some() {}
            }
        }
        Ok(elements)
    }
}

struct Members {
    most: usize,
}

impl<'a> Visitor<'a> for Members {
    type Value = BTreeMap<Cow<'a, str>, Json<'a>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let mut members = BTreeMap::new();
        while let Some(name) = object.next_key_seed(Name)? {
            members.insert(name, Json(object.next_value()?));
            if members.len() > self.most {
                while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            }
        }
        Ok(members)
    }
}

/// The name of a member. One that contains half a character is never a known name; it is read nevertheless, so that
/// it can be reported as unknown.
struct Name;

impl<'a> DeserializeSeed<'a> for Name {
    type Value = Cow<'a, str>;

    fn deserialize<D: Deserializer<'a>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_bytes(self)
    }
}

impl<'a> Visitor<'a> for Name {
    type Value = Cow<'a, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_bytes<E>(self, bytes: &'a [u8]) -> Result<Self::Value, E> {
        Ok(String::from_utf8_lossy(bytes))
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Self::Value, E> {
        Ok(String::from_utf8_lossy(bytes).into_owned().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> JsonText {
        JsonText::parse(text.to_owned()).expect("JSON")
    }

    #[test]
    fn values_are_what_they_are_written_as() {
        for (text, string, boolean, number) in [
            (r#""a""#, Some("a"), None, None),
            (r#""\u00fc\n""#, Some("ü\n"), None, None),
            (r#""\ud83d""#, None, None, None),
            ("true", None, Some(true), None),
            ("18446744073709551615", None, None, Some(u64::MAX)),
            ("18446744073709551616", None, None, None),
            ("1.0", None, None, None),
            ("-1", None, None, None),
            ("null", None, None, None),
            ("[]", None, None, None),
        ] {
            let text = parsed(text);
            let json = text.json();
            assert_eq!(json.as_str().as_deref(), string, "{json:?}");
            assert_eq!(json.as_bool(), boolean, "{json:?}");
            assert_eq!(json.as_u64(), number, "{json:?}");
        }
        assert!(JsonText::parse("{\"a\":01}".into()).is_err());
    }

    #[test]
    fn lists_and_objects_are_read_up_to_their_bound() {
        let long = parsed(&format!("[{}0]", "[],".repeat(100_000)));
        assert_eq!(long.json().list(3).map(|list| list.len()), Some(4));
        let wide: String = (0..100_000).map(|n| format!("\"{n}\":{{}},")).collect();
        let wide = parsed(&format!("{{{wide}\"last\":0}}"));
        assert_eq!(wide.json().object(3).map(|object| object.len()), Some(4));
        let twice = parsed(r#" {"b": 1.10, "a": "x", "b": 2.0} "#);
        let object = twice.json().object(9).expect("an object");
        let written: Vec<_> = object
            .iter()
            .map(|(name, json)| (&**name, json.text()))
            .collect();
        assert_eq!(written, [("a", r#""x""#), ("b", "2.0")]);
        assert!(twice.json().list(9).is_none());
    }

    #[test]
    fn half_a_character_in_a_name_hides_no_other() {
        let text = parsed(r#"{"\ud83d":1,"a":2}"#);
        let object = text.json().object(9).expect("an object");
        assert_eq!(object["a"].text(), "2");
        assert_eq!(object.len(), 2);
    }

    #[test]
    fn what_is_nested_is_passed_over_however_deep() {
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        let text = parsed(&format!("{{\"deep\":{deep},\"a\":1}}"));
        let object = text.json().object(9).expect("an object");
        assert_eq!(object["a"].as_u64(), Some(1));
        assert!(object["deep"].value().is_none());
    }
}
