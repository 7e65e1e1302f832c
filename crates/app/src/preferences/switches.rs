//! Switches by type, and by type and channel, so that every wrong one is named.

use std::borrow::Cow;
use std::collections::BTreeMap;

use campanile_domain::{Channel, NotificationType, Preferences};
use campanile_fields::kinds::Kind;
use campanile_fields::{FieldCode, Fields, Json, ValueSchema, escaped};
use serde_json::{Value, json};

/// Channels in a row of a type: more than there are.
const MAX_CHANNELS: usize = Channel::MOST;

/// An object whose fields are types, each switched on or off.
pub(super) struct ByType;

impl Kind for ByType {
    type Value = BTreeMap<NotificationType, bool>;

    fn read<'a>(
        &self,
        fields: &mut Fields<'a>,
        field: &str,
        value: Json<'a>,
    ) -> Option<Self::Value> {
        let mut types = BTreeMap::new();
        for (name, value) in by_type(fields, field, value)? {
            let field = format!("{field}/{}", escaped(&name));
            let known = known_type(fields, &field, &name);
            match (known, value.as_bool()) {
                (Some(known), Some(on)) => drop(types.insert(known, on)),
                (_, None) => fields.wrong(&field, FieldCode::WrongType, "must be true or false"),
                (None, Some(_)) => {}
            }
        }
        Some(types)
    }

    fn schema(&self) -> ValueSchema {
        ValueSchema::new(map_of(&json!({"type": "boolean"})))
    }
}

/// An object whose fields are types, each with an object whose fields are channels.
pub(super) struct ByChannel;

impl Kind for ByChannel {
    type Value = BTreeMap<NotificationType, BTreeMap<Channel, bool>>;

    fn read<'a>(
        &self,
        fields: &mut Fields<'a>,
        field: &str,
        value: Json<'a>,
    ) -> Option<Self::Value> {
        let mut rows = BTreeMap::new();
        for (name, row) in by_type(fields, field, value)? {
            let field = format!("{field}/{}", escaped(&name));
            let known = known_type(fields, &field, &name);
            let Some(row) = row.object(MAX_CHANNELS) else {
                let detail = "must be an object with channels as fields";
                fields.wrong(&field, FieldCode::WrongType, detail);
                continue;
            };
            if row.len() > MAX_CHANNELS {
                let detail = format!("must have at most {MAX_CHANNELS} channels");
                fields.wrong(&field, FieldCode::TooLong, detail);
                continue;
            }
            let row = row.into_iter().filter_map(|(channel, value)| {
                let field = format!("{field}/{}", escaped(&channel));
                switch(fields, &field, &channel, value)
            });
            let row = row.collect();
            rows.extend(known.map(|known| (known, row)));
        }
        Some(rows)
    }

    fn schema(&self) -> ValueSchema {
        let switches = map_of(&json!({"type": "boolean"}));
        ValueSchema::new(map_of(&switches))
    }
}

fn map_of(value: &Value) -> Value {
    let names = json!({"type": "string"});
    json!({"type": "object", "additionalProperties": value, "propertyNames": names})
}

/// An object with a bounded number of types.
fn by_type<'a>(
    fields: &mut Fields<'a>,
    field: &str,
    value: Json<'a>,
) -> Option<BTreeMap<Cow<'a, str>, Json<'a>>> {
    let Some(map) = value.object(Preferences::MAX_TYPES) else {
        let detail = "must be an object with notification types as fields";
        fields.wrong(field, FieldCode::WrongType, detail);
        return None;
    };
    if map.len() > Preferences::MAX_TYPES {
        let detail = format!("must have at most {} types", Preferences::MAX_TYPES);
        fields.wrong(field, FieldCode::TooLong, detail);
        return None;
    }
    Some(map)
}

fn known_type(fields: &mut Fields<'_>, field: &str, name: &str) -> Option<NotificationType> {
    NotificationType::parse(name)
        .map_err(|error| fields.wrong(field, FieldCode::Invalid, error.0))
        .ok()
}

fn switch(
    fields: &mut Fields<'_>,
    field: &str,
    channel: &str,
    value: Json<'_>,
) -> Option<(Channel, bool)> {
    let channel = match channel.parse::<Channel>() {
        Ok(channel) => channel,
        Err(error) => {
            fields.wrong(field, FieldCode::UnknownValue, error.to_string());
            return None;
        }
    };
    match value.as_bool() {
        Some(false) if channel == Channel::InApp => {
            let detail = "the inbox cannot be switched off";
            fields.wrong(field, FieldCode::NotSupported, detail);
            None
        }
        Some(on) => Some((channel, on)),
        None => {
            fields.wrong(field, FieldCode::WrongType, "must be true or false");
            None
        }
    }
}
