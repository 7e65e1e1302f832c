//! Objects: of fields that we know, and of those that only the caller knows.

use std::marker::PhantomData;
use std::sync::Arc;

use campanile_domain::compact_json;
use serde_json::json;

use super::Kind;
use crate::description::Parts;
use crate::{FieldCode, Fields, Json, RequestBody, ValueSchema};

const NO_OBJECT: &str = "must be a JSON object";

/// A JSON object of the caller's own.
pub struct JsonObject {
    max: usize,
}

/// A JSON object of at most `max` bytes, as it was written but for white space.
pub const fn json_object(max: usize) -> JsonObject {
    JsonObject { max }
}

impl Kind for JsonObject {
    type Value = Arc<str>;

    fn read<'a>(&self, fields: &mut Fields<'a>, field: &str, value: Json<'a>) -> Option<Arc<str>> {
        if !value.is_object() {
            fields.wrong(field, FieldCode::WrongType, NO_OBJECT);
            return None;
        }
        match compact_json(value.text()) {
            Ok(text) if text.len() <= self.max => Some(text.into()),
            Ok(_) => {
                let detail = format!("must be at most {} bytes of JSON", self.max);
                fields.wrong(field, FieldCode::TooLong, detail);
                None
            }
            Err(flaw) => {
                fields.wrong(field, flaw.into(), flaw.to_string());
                None
            }
        }
    }

    fn schema(&self) -> ValueSchema {
        ValueSchema::new(json!({"type": "object"}))
    }
}

/// An object whose fields are declared.
pub struct Nested<B, T> {
    make: fn(B, &mut Fields<'_>) -> Option<T>,
    body: PhantomData<fn() -> B>,
}

/// An object whose fields `B` declares; `make` checks them and makes of them what the field holds.
pub const fn nested<B: RequestBody, T>(make: fn(B, &mut Fields<'_>) -> Option<T>) -> Nested<B, T> {
    Nested {
        make,
        body: PhantomData,
    }
}

impl<B: RequestBody, T> Kind for Nested<B, T> {
    type Value = T;

    fn read<'a>(&self, fields: &mut Fields<'a>, field: &str, value: Json<'a>) -> Option<T> {
        if !value.is_object() {
            fields.wrong(field, FieldCode::WrongType, NO_OBJECT);
            return None;
        }
        match Fields::of(value) {
            Ok(mut inner) => {
                let body = B::read(&mut inner);
                let made = (self.make)(body, &mut inner);
                fields.wrong_within(field, inner.finish());
                made
            }
            Err(errors) => {
                fields.wrong_within(field, errors);
                None
            }
        }
    }

    fn schema(&self) -> ValueSchema {
        ValueSchema::named(B::NAME)
    }

    fn parts(&self, parts: &mut Parts) {
        parts.body::<B>();
    }
}
