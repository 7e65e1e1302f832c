//! Objects whose names are the caller's and whose values are alike.

use std::collections::BTreeMap;

use serde_json::json;

use super::Kind;
use crate::description::Parts;
use crate::{FieldCode, Fields, Json, ValueSchema, escaped};

/// An object with names that the caller chooses.
pub struct MapOf<K> {
    most: usize,
    value: K,
}

/// An object with at most so many members, whose names the caller chooses. Members that are wrong are left out, and noted.
pub const fn map_of<K: Kind>(most: usize, value: K) -> MapOf<K> {
    MapOf { most, value }
}

impl<K: Kind> Kind for MapOf<K> {
    type Value = BTreeMap<String, K::Value>;

    fn read<'a>(
        &self,
        fields: &mut Fields<'a>,
        field: &str,
        value: Json<'a>,
    ) -> Option<Self::Value> {
        let most = self.most;
        let Some(object) = value.object(most) else {
            fields.wrong(field, FieldCode::WrongType, "must be a JSON object");
            return None;
        };
        if object.len() > most {
            let detail = format!("must have at most {most} members");
            fields.wrong(field, FieldCode::TooLong, detail);
            return None;
        }
        let members = object.into_iter().filter_map(|(name, value)| {
            let at = format!("{field}/{}", escaped(&name));
            let value = self.value.read(fields, &at, value)?;
            Some((name.into_owned(), value))
        });
        Some(members.collect())
    }

    fn schema(&self) -> ValueSchema {
        let value = self.value.schema().into_value();
        let names = json!({"type": "string"});
        let schema =
            json!({"type": "object", "additionalProperties": value, "propertyNames": names});
        ValueSchema::new(schema)
    }

    fn parts(&self, parts: &mut Parts) {
        self.value.parts(parts);
    }
}
