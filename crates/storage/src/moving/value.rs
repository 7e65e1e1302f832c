//! A value, and how files write it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, SecondsFormat, Utc};
use serde::ser::{Serialize, Serializer};
use serde_json::Value;
use uuid::Uuid;

use super::MovedKind;

/// A value of a row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum MovedValue {
    /// None.
    Null,
    /// A text, or JSON.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// Yes or no.
    Flag(bool),
    /// A time, to the microsecond.
    Moment(DateTime<Utc>),
    /// A UUID.
    Id(Uuid),
    /// Bytes.
    Bytes(Vec<u8>),
    /// Texts in an order.
    Texts(Vec<String>),
    /// Whole numbers in an order.
    Numbers(Vec<i64>),
    /// UUIDs in an order.
    Ids(Vec<Uuid>),
}

/// A value that is not of the kind of its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the value is not of the kind of its column")]
pub struct UnreadableValue;

impl MovedValue {
    /// About as many bytes as it takes in memory.
    pub fn bytes(&self) -> usize {
        match self {
            Self::Null | Self::Whole(_) | Self::Flag(_) | Self::Moment(_) | Self::Id(_) => 16,
            Self::Text(text) => text.len(),
            Self::Bytes(bytes) => bytes.len(),
            Self::Texts(texts) => texts.iter().map(|text| text.len() + 16).sum(),
            Self::Numbers(numbers) => numbers.len() * 8,
            Self::Ids(ids) => ids.len() * 16,
        }
    }

    /// Reads what a file has for a column of this kind.
    ///
    /// # Errors
    /// [`UnreadableValue`].
    pub fn read(kind: MovedKind, written: Value) -> Result<Self, UnreadableValue> {
        if written.is_null() {
            return Ok(Self::Null);
        }
        match kind {
            MovedKind::Text | MovedKind::Json | MovedKind::JsonDocument => {
                text(written).map(Self::Text)
            }
            MovedKind::Whole => written.as_i64().map(Self::Whole).ok_or(UnreadableValue),
            MovedKind::Flag => written.as_bool().map(Self::Flag).ok_or(UnreadableValue),
            MovedKind::Moment => {
                let read = DateTime::parse_from_rfc3339(&text(written)?);
                let read = read.map_err(|_| UnreadableValue)?;
                Ok(Self::Moment(read.to_utc()))
            }
            MovedKind::Id => id(written).map(Self::Id),
            MovedKind::Bytes | MovedKind::WrappedKey | MovedKind::OpenKey => {
                let bytes = STANDARD.decode(text(written)?);
                bytes.map(Self::Bytes).map_err(|_| UnreadableValue)
            }
            MovedKind::Names | MovedKind::Texts => all(written, text).map(Self::Texts),
            MovedKind::Numbers => {
                let number = |one: Value| one.as_i64().ok_or(UnreadableValue);
                all(written, number).map(Self::Numbers)
            }
            MovedKind::Ids => all(written, id).map(Self::Ids),
        }
    }
}

fn text(written: Value) -> Result<String, UnreadableValue> {
    match written {
        Value::String(text) => Ok(text),
        _ => Err(UnreadableValue),
    }
}

fn id(written: Value) -> Result<Uuid, UnreadableValue> {
    Uuid::parse_str(&text(written)?).map_err(|_| UnreadableValue)
}

fn all<T>(
    written: Value,
    read: impl Fn(Value) -> Result<T, UnreadableValue>,
) -> Result<Vec<T>, UnreadableValue> {
    match written {
        Value::Array(all) => all.into_iter().map(read).collect(),
        _ => Err(UnreadableValue),
    }
}

impl Serialize for MovedValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Whole(number) => serializer.serialize_i64(*number),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::Moment(at) => {
                serializer.serialize_str(&at.to_rfc3339_opts(SecondsFormat::Micros, true))
            }
            Self::Id(id) => serializer.collect_str(id),
            Self::Bytes(bytes) => serializer.serialize_str(&STANDARD.encode(bytes)),
            Self::Texts(texts) => serializer.collect_seq(texts),
            Self::Numbers(numbers) => serializer.collect_seq(numbers),
            Self::Ids(ids) => serializer.collect_seq(ids.iter().map(Uuid::to_string)),
        }
    }
}

/// JSON in one form: without spaces, the names of each object in the order of their bytes. Two texts that Postgres
/// stores as the same `jsonb` become the same text.
///
/// # Errors
/// The text is no JSON.
pub fn canonical_json(text: &str) -> Result<String, serde_json::Error> {
    // The objects of `serde_json` are ordered maps.
    serde_json::from_str::<Value>(text).map(|value| value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_comes_back_as_it_was_written() {
        let at = DateTime::from_timestamp_micros(1_767_225_600_000_001).expect("a time");
        for (kind, value) in [
            (MovedKind::Text, MovedValue::Null),
            (MovedKind::Text, MovedValue::Text("a \u{1f514}\n\"".into())),
            (
                MovedKind::Json,
                MovedValue::Text("{ \"b\":1.0, \"a\": 1e3}".into()),
            ),
            (MovedKind::Whole, MovedValue::Whole(i64::MIN)),
            (MovedKind::Flag, MovedValue::Flag(true)),
            (MovedKind::Moment, MovedValue::Moment(at)),
            (MovedKind::Id, MovedValue::Id(Uuid::max())),
            (MovedKind::OpenKey, MovedValue::Bytes(vec![0, 255, 7])),
            (MovedKind::Texts, MovedValue::Texts(vec![])),
            (
                MovedKind::Names,
                MovedValue::Texts(vec!["push".into(), "email".into()]),
            ),
            (MovedKind::Numbers, MovedValue::Numbers(vec![5_000, -1])),
            (
                MovedKind::Ids,
                MovedValue::Ids(vec![Uuid::nil(), Uuid::max()]),
            ),
        ] {
            let written = serde_json::to_string(&value).expect("it can be written");
            let written = serde_json::from_str(&written).expect("it is JSON");
            assert_eq!(MovedValue::read(kind, written), Ok(value), "{kind:?}");
        }
        let number = Value::from(7);
        assert_eq!(
            MovedValue::read(MovedKind::Text, number),
            Err(UnreadableValue)
        );
    }

    #[test]
    fn documents_have_one_form() {
        let one = canonical_json(r#"{"b": [1, {"d": null, "c": "\u00e4"}], "a": 2}"#);
        let other = canonical_json("{\"a\":2,\"b\":[1,{\"c\":\"ä\",\"d\":null}]}");
        assert_eq!(one.expect("JSON"), other.expect("JSON"));
    }
}
