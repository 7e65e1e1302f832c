//! Lists.

use std::collections::HashSet;
use std::hash::Hash;
use std::marker::PhantomData;
use std::ops::RangeInclusive;

use serde_json::json;

use super::Kind;
use crate::description::Parts;
use crate::{FieldCode, Fields, Json, RequestBody, ValueSchema};

/// A list.
pub struct List<K> {
    bounds: RangeInclusive<usize>,
    entry: K,
}

/// A list whose length is within bounds. Entries that are wrong are left out, and noted.
pub const fn list<K: Kind>(bounds: RangeInclusive<usize>, entry: K) -> List<K> {
    List { bounds, entry }
}

impl<K: Kind> Kind for List<K> {
    type Value = Vec<K::Value>;

    fn read<'a>(
        &self,
        fields: &mut Fields<'a>,
        field: &str,
        value: Json<'a>,
    ) -> Option<Self::Value> {
        let list = entries(&self.bounds, fields, field, value)?;
        let entries = list.into_iter().enumerate();
        let read = entries.filter_map(|(place, entry)| {
            let at = format!("{field}/{place}");
            self.entry.read(fields, &at, entry)
        });
        Some(read.collect())
    }

    fn schema(&self) -> ValueSchema {
        schema(&self.bounds, self.entry.schema())
    }

    fn parts(&self, parts: &mut Parts) {
        self.entry.parts(parts);
    }
}

/// The entries of a list whose length is within bounds.
fn entries<'a>(
    bounds: &RangeInclusive<usize>,
    fields: &mut Fields<'a>,
    field: &str,
    value: Json<'a>,
) -> Option<Vec<Json<'a>>> {
    let (least, most) = (*bounds.start(), *bounds.end());
    let Some(list) = value.list(most) else {
        fields.wrong(field, FieldCode::WrongType, "must be a list");
        return None;
    };
    if !bounds.contains(&list.len()) {
        let code = match list.len() < least {
            true => FieldCode::TooShort,
            false => FieldCode::TooLong,
        };
        fields.wrong(field, code, format!("must have {least} to {most} entries"));
        return None;
    }
    Some(list)
}

/// A list of objects that are read apart from the body, with errors of their own.
pub struct Apart<B> {
    bounds: RangeInclusive<usize>,
    entry: PhantomData<fn() -> B>,
}

/// A list of objects that are read apart from the body: [`Apart::entries`] gives them.
pub const fn apart<B: RequestBody>(bounds: RangeInclusive<usize>) -> Apart<B> {
    Apart {
        bounds,
        entry: PhantomData,
    }
}

impl<B: RequestBody> Apart<B> {
    /// The entries, if their number is within bounds.
    pub fn entries<'a>(
        &self,
        fields: &mut Fields<'a>,
        field: &str,
        value: Json<'a>,
    ) -> Option<Vec<Json<'a>>> {
        entries(&self.bounds, fields, field, value)
    }
}

impl<B: RequestBody> Kind for Apart<B> {
    type Value = ();

    fn read<'a>(&self, _fields: &mut Fields<'a>, _field: &str, _value: Json<'a>) -> Option<()> {
        Some(())
    }

    fn schema(&self) -> ValueSchema {
        schema(&self.bounds, ValueSchema::named(B::NAME))
    }

    fn parts(&self, parts: &mut Parts) {
        parts.body::<B>();
    }
}

fn schema(bounds: &RangeInclusive<usize>, entry: ValueSchema) -> ValueSchema {
    let entry = entry.into_value();
    let mut schema = json!({"type": "array", "items": entry, "maxItems": bounds.end()});
    if *bounds.start() > 0 {
        schema["minItems"] = json!(bounds.start());
    }
    ValueSchema::new(schema)
}

/// A list in which what is named twice counts once.
pub struct Unique<K>(List<K>);

/// A list in which what is named twice counts once, at its first place.
pub const fn unique<K: Kind>(bounds: RangeInclusive<usize>, entry: K) -> Unique<K> {
    Unique(list(bounds, entry))
}

impl<K: Kind<Value: Clone + Eq + Hash>> Kind for Unique<K> {
    type Value = Vec<K::Value>;

    fn read<'a>(
        &self,
        fields: &mut Fields<'a>,
        field: &str,
        value: Json<'a>,
    ) -> Option<Self::Value> {
        let mut list = self.0.read(fields, field, value)?;
        let mut seen = HashSet::with_capacity(list.len());
        list.retain(|entry| seen.insert(entry.clone()));
        Some(list)
    }

    fn schema(&self) -> ValueSchema {
        self.0.schema()
    }

    fn parts(&self, parts: &mut Parts) {
        self.0.parts(parts);
    }
}
