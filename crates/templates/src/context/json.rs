//! Makes values of a caller's JSON, however deep, large or broken it is.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use minijinja::Value;
use minijinja::value::{DynObject, Enumerator, Object, ObjectRepr};
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::builtin::{Lossy, decode};
use crate::clean;
use crate::limits::{MAX_CONTENT_DEPTH, MAX_STRING_BYTES, MAX_VALUES};

/// The value of a JSON text; an empty object if it cannot be read. What was read before a flaw counts.
pub(crate) fn value(json: &str) -> Value {
    let mut room = MAX_VALUES;
    read(json, 0, &mut room).unwrap_or_else(|| Value::from_object(Map(BTreeMap::new())))
}

fn read(json: &str, depth: usize, room: &mut usize) -> Option<Value> {
    *room = room.checked_sub(1)?;
    let mut deserializer = serde_json::Deserializer::from_str(json);
    match json.as_bytes().first()? {
        b'{' => {
            let mut map = BTreeMap::new();
            if depth < MAX_CONTENT_DEPTH {
                let _ = deserializer.deserialize_map(Entries {
                    map: &mut map,
                    depth,
                    room,
                });
            }
            Some(Value::from_object(Map(map)))
        }
        b'[' => {
            let mut list = Vec::new();
            if depth < MAX_CONTENT_DEPTH {
                let _ = deserializer.deserialize_seq(Items {
                    list: &mut list,
                    depth,
                    room,
                });
            }
            Some(Value::from_object(List(list)))
        }
        b'"' => Some(Value::from(text(&decode(json)?))),
        b't' => Some(Value::from(true)),
        b'f' => Some(Value::from(false)),
        b'n' => Some(Value::from(())),
        _ => number(json),
    }
}

/// A text without control characters and what makes it read otherwise than it is stored.
pub(super) fn text(text: &str) -> String {
    clean::text(text, MAX_STRING_BYTES)
        .map(|text| clean::visible(&text).into_owned())
        .unwrap_or_default()
}

fn number(json: &str) -> Option<Value> {
    if let Ok(number) = json.parse::<i64>() {
        return Some(Value::from(number));
    }
    let number = json.parse::<f64>().ok()?;
    number.is_finite().then(|| Value::from(number))
}

struct Entries<'r> {
    map: &'r mut BTreeMap<Arc<str>, Value>,
    depth: usize,
    room: &'r mut usize,
}

impl<'a> Visitor<'a> for Entries<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut entries: A) -> Result<(), A::Error> {
        while let Some(key) = entries.next_key_seed(Lossy)? {
            let json: &RawValue = entries.next_value()?;
            if let Some(value) = read(json.get(), self.depth + 1, self.room) {
                self.map.insert(key.as_ref().into(), value);
            }
        }
        Ok(())
    }
}

struct Items<'r> {
    list: &'r mut Vec<Value>,
    depth: usize,
    room: &'r mut usize,
}

impl<'a> Visitor<'a> for Items<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut items: A) -> Result<(), A::Error> {
        while *self.room > 0 {
            let Some(json) = items.next_element::<&RawValue>()? else {
                return Ok(());
            };
            if let Some(value) = read(json.get(), self.depth + 1, self.room) {
                self.list.push(value);
            }
        }
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }
}

/// An object of the content.
#[derive(Debug)]
pub(super) struct Map(pub(super) BTreeMap<Arc<str>, Value>);

impl Object for Map {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Map
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        self.0.get(key).cloned()
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(
            self.0
                .keys()
                .map(|key| Value::from(Arc::clone(key)))
                .collect(),
        )
    }

    fn enumerator_len(self: &Arc<Self>) -> Option<usize> {
        Some(self.0.len())
    }

    /// Objects are equal if they are the same; comparing what is in them would cost more than a step.
    fn custom_cmp(self: &Arc<Self>, other: &DynObject) -> Option<std::cmp::Ordering> {
        identity(self, other)
    }
}

/// A list of the content.
#[derive(Debug)]
pub(super) struct List(pub(super) Vec<Value>);

impl Object for List {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Seq
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.0.get(key.as_usize()?).cloned()
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Seq(self.0.len())
    }

    fn custom_cmp(self: &Arc<Self>, other: &DynObject) -> Option<std::cmp::Ordering> {
        identity(self, other)
    }
}

fn identity<T: Object + 'static>(one: &Arc<T>, other: &DynObject) -> Option<std::cmp::Ordering> {
    let other = other.downcast_ref::<T>()?;
    Some(Arc::as_ptr(one).cmp(&std::ptr::from_ref(other)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(json: &str, path: &str) -> String {
        let mut found = value(json);
        for key in path.split('.') {
            found = match key.parse::<usize>() {
                Ok(at) => found.get_item_by_index(at),
                Err(_) => found.get_attr(key),
            }
            .expect("it can be asked");
        }
        if found.is_undefined() {
            "undefined".into()
        } else {
            found.to_string()
        }
    }

    #[test]
    fn values_are_found() {
        let json = r#"{"a": {"b": ["x", 7, 2.5, true, null, "half \ud83d"]}, "a\u0062": -1, "big": 1e400}"#;
        for (path, expected) in [
            ("a.b.0", "x"),
            ("a.b.1", "7"),
            ("a.b.2", "2.5"),
            ("a.b.3", "True"),
            ("a.b.4", "None"),
            ("a.b.5", "half"),
            ("ab", "-1"),
            ("big", "undefined"),
            ("c", "undefined"),
        ] {
            assert_eq!(shown(json, path), expected, "{path}");
        }
        assert_eq!(shown(r#"{"a": 1, "b": "#, "a"), "1");
        assert_eq!(shown("no JSON", "a"), "undefined");
        assert_eq!(shown(r#"{"a": "x\u0000\u202ey\r\nz"}"#, "a"), "xy\nz");
    }

    #[test]
    fn depth_and_number_are_bounded() {
        let deep = format!(
            r#"{{"a": {}1{}, "b": 2}}"#,
            "[".repeat(9_999),
            "]".repeat(9_999)
        );
        assert_eq!(shown(&deep, "b"), "2");
        let many = format!(r#"{{"a": [0{}]}}"#, ",0".repeat(99_999));
        let list = value(&many).get_attr("a").expect("a list");
        assert_eq!(list.len(), Some(MAX_VALUES - 2));
    }
}
