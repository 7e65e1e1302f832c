//! Whether a field has to be there.

use super::Kind;
use crate::description::Parts;
use crate::{FieldCode, Fields, ValueSchema};

/// Whether a field has to be there, as the OpenAPI document says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// It must be there, and not `null`.
    Required,
    /// It must be there; `null` says something.
    RequiredOrNull,
    /// It may be missing or `null`, which say the same.
    Optional,
    /// It is not in the document: no version of the service takes it yet.
    Hidden,
}

/// A field of a body: a [`Kind`] and whether it has to be there.
pub trait Field {
    /// What it is read as.
    type Value;

    /// Reads it; `None` where it is absent or wrong.
    fn read(&self, fields: &mut Fields<'_>, name: &'static str) -> Option<Self::Value>;

    /// Whether it has to be there.
    fn presence(&self) -> Presence;

    /// What the OpenAPI document says of its value.
    fn schema(&self) -> ValueSchema;

    /// Adds the schemas that [`Self::schema`] refers to.
    fn parts(&self, parts: &mut Parts);
}

/// A field that must be there.
pub const fn required<K: Kind>(kind: K) -> impl Field<Value = K::Value> {
    Of(kind, Presence::Required)
}

/// A field that may be missing or `null`.
pub const fn optional<K: Kind>(kind: K) -> impl Field<Value = K::Value> {
    Of(kind, Presence::Optional)
}

struct Of<K>(K, Presence);

impl<K: Kind> Field for Of<K> {
    type Value = K::Value;

    fn read(&self, fields: &mut Fields<'_>, name: &'static str) -> Option<K::Value> {
        let value = match self.1 {
            Presence::Required => fields.required(name)?,
            _ => fields.get(name)?,
        };
        self.0.read(fields, name, value)
    }

    fn presence(&self) -> Presence {
        self.1
    }

    fn schema(&self) -> ValueSchema {
        self.0.schema()
    }

    fn parts(&self, parts: &mut Parts) {
        self.0.parts(parts);
    }
}

/// A field that must be there and whose `null` says something: it reads as `Some(None)`.
pub const fn required_or_null<K: Kind>(kind: K) -> impl Field<Value = Option<K::Value>> {
    OrNull(kind)
}

/// A field that may be missing, and whose `null` says something else: it reads as `Some(None)`.
pub const fn optional_or_null<K: Kind>(kind: K) -> impl Field<Value = Option<K::Value>> {
    MaybeOrNull(kind)
}

struct MaybeOrNull<K>(K);

impl<K: Kind> Field for MaybeOrNull<K> {
    type Value = Option<K::Value>;

    fn read(&self, fields: &mut Fields<'_>, name: &'static str) -> Option<Option<K::Value>> {
        match fields.given(name)? {
            value if value.is_null() => Some(None),
            value => self.0.read(fields, name, value).map(Some),
        }
    }

    fn presence(&self) -> Presence {
        Presence::Optional
    }

    fn schema(&self) -> ValueSchema {
        self.0.schema()
    }

    fn parts(&self, parts: &mut Parts) {
        self.0.parts(parts);
    }
}

struct OrNull<K>(K);

impl<K: Kind> Field for OrNull<K> {
    type Value = Option<K::Value>;

    fn read(&self, fields: &mut Fields<'_>, name: &'static str) -> Option<Option<K::Value>> {
        match fields.given(name) {
            None => fields.required(name).and(None),
            Some(value) if value.is_null() => Some(None),
            Some(value) => self.0.read(fields, name, value).map(Some),
        }
    }

    fn presence(&self) -> Presence {
        Presence::RequiredOrNull
    }

    fn schema(&self) -> ValueSchema {
        self.0.schema()
    }

    fn parts(&self, parts: &mut Parts) {
        self.0.parts(parts);
    }
}

/// A field whose name is kept for a later version: any value but `null` is refused.
pub const fn reserved() -> impl Field<Value = ()> {
    Reserved { is_switch: false }
}

/// A switch that this version knows only in its off position.
pub const fn reserved_off() -> impl Field<Value = ()> {
    Reserved { is_switch: true }
}

struct Reserved {
    is_switch: bool,
}

impl Field for Reserved {
    type Value = ();

    fn read(&self, fields: &mut Fields<'_>, name: &'static str) -> Option<()> {
        let value = fields.get(name)?;
        if self.is_switch && super::flag().read(fields, name, value) != Some(true) {
            return None;
        }
        let detail = "is not supported by this version";
        fields.wrong(name, FieldCode::NotSupported, detail);
        None
    }

    fn presence(&self) -> Presence {
        Presence::Hidden
    }

    fn schema(&self) -> ValueSchema {
        ValueSchema::new(serde_json::json!({}))
    }

    fn parts(&self, _parts: &mut Parts) {}
}
