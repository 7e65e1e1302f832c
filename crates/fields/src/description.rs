//! What the OpenAPI document says of a request body.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use utoipa::openapi::{RefOr, Schema};

use crate::RequestBody;
use crate::kinds::{Field, Presence};

/// The schema of an object while its fields are added.
#[derive(Default)]
pub struct Description {
    text: String,
    properties: Map<String, Value>,
    required: Vec<&'static str>,
    parts: Parts,
}

impl Description {
    /// Describes a body.
    pub fn of<B: RequestBody>() -> Self {
        let mut description = Self::default();
        B::describe(&mut description);
        description
    }

    /// Says what the object is, with the lines of its doc comment.
    pub fn document(&mut self, lines: &[&str]) {
        self.text = joined(lines);
    }

    /// Adds a field with the lines of its doc comment.
    pub fn field(
        &mut self,
        name: &'static str,
        field: &impl Field,
        lines: &[&str],
        example: Option<&Value>,
    ) {
        let mut schema = match field.presence() {
            Presence::Hidden => return,
            Presence::Required => field.schema(),
            Presence::RequiredOrNull | Presence::Optional => field.schema().or_null(),
        };
        schema.describe(joined(lines), example);
        if field.presence() != Presence::Optional {
            self.required.push(name);
        }
        self.properties.insert(name.into(), schema.0);
        field.parts(&mut self.parts);
    }

    /// The schema of the object.
    pub fn schema(&self) -> RefOr<Schema> {
        let mut schema = json!({"type": "object", "properties": self.properties});
        if !self.text.is_empty() {
            schema["description"] = json!(self.text);
        }
        if !self.required.is_empty() {
            schema["required"] = json!(self.required);
        }
        let mut written = written(schema);
        if let RefOr::T(Schema::Object(object)) = &mut written {
            self.keep_null_examples(&mut object.properties);
        }
        written
    }

    /// An example of `null` says that a field is left out of the example of the whole. It is lost where
    /// a schema is read from JSON.
    fn keep_null_examples(&self, properties: &mut BTreeMap<String, RefOr<Schema>>) {
        for (name, schema) in properties {
            let example = self.properties[name.as_str()].get("example");
            if let (Some(Value::Null), RefOr::T(Schema::Object(object))) = (example, schema) {
                object.example = Some(Value::Null);
            }
        }
    }

    /// The named schemas that it refers to.
    pub fn parts(self) -> impl Iterator<Item = (String, RefOr<Schema>)> {
        self.parts.0.into_iter()
    }
}

/// The schema of a value, in the terms of JSON Schema.
#[derive(Debug, Clone)]
pub struct ValueSchema(Value);

impl ValueSchema {
    /// Takes the members of a schema.
    pub const fn new(schema: Value) -> Self {
        Self(schema)
    }

    /// Refers to a named schema.
    pub fn named(name: &str) -> Self {
        Self(json!({"$ref": format!("#/components/schemas/{name}")}))
    }

    /// The members of the schema, to be used within another.
    pub fn into_value(self) -> Value {
        self.0
    }

    fn or_null(self) -> Self {
        let Self(mut schema) = self;
        match schema.get("type").cloned() {
            Some(kind) => {
                schema["type"] = json!([kind, "null"]);
                Self(schema)
            }
            None => Self(json!({"oneOf": [schema, {"type": "null"}]})),
        }
    }

    fn describe(&mut self, text: String, example: Option<&Value>) {
        // Beside a `oneOf` that stands for a named schema or null, the text belongs to the first.
        let at = match self.0.get_mut("oneOf") {
            Some(choices) => &mut choices[0],
            None => &mut self.0,
        };
        if !text.is_empty() {
            at["description"] = text.into();
        }
        if let Some(example) = example {
            at["example"] = example.clone();
        }
    }
}

/// Named schemas.
#[derive(Default)]
pub struct Parts(Vec<(String, RefOr<Schema>)>);

impl Parts {
    /// Adds the schema of an object, and those that it refers to.
    pub fn body<B: RequestBody>(&mut self) {
        let description = Description::of::<B>();
        self.0.push((B::NAME.to_owned(), description.schema()));
        self.0.extend(description.parts());
    }

    /// Adds any schema.
    pub fn value(&mut self, name: &str, schema: ValueSchema) {
        self.0.push((name.to_owned(), written(schema.0)));
    }
}

pub(crate) fn written(schema: Value) -> RefOr<Schema> {
    serde_json::from_value(schema).expect("kinds describe themselves in JSON Schema")
}

/// The text of a doc comment.
fn joined(lines: &[&str]) -> String {
    let lines = lines
        .iter()
        .map(|line| line.strip_prefix(' ').unwrap_or(line));
    lines.collect::<Vec<_>>().join("\n")
}
