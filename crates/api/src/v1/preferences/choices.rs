//! Preferences in a body: read switch by switch, so that every wrong one is named.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use campanile_domain::{Channel, NotificationType, Preferences, TenantPreferences};
use campanile_fields::{FieldCode, FieldError, FieldErrors, Fields, Json, JsonText};

use super::quiet_hours::quiet_hours;
use super::rate_rules::rate_rules;

/// Channels in a row of a type: more than there are.
const MAX_CHANNELS: usize = 32;

/// What a body says, already checked: the same fields for a user and for a tenant.
pub(in crate::v1) struct Chosen(TenantPreferences);

impl Chosen {
    /// Reads a body, or lists what is wrong with it.
    pub(in crate::v1) fn from_json(body: &JsonText) -> Result<Self, FieldErrors> {
        let mut reader = Fields::of(body)?;
        let fields = &mut reader;
        let defaults = Preferences {
            push_notifications: fields.flag("push_notifications"),
            email_notifications: fields.flag("email_notifications"),
            notification_types: notification_types(fields),
            channels: channels(fields),
            quiet_hours: quiet_hours(fields),
        };
        let mandatory_types = mandatory_types(fields);
        let rate_rules = rate_rules(fields);
        if fields.get("digest").is_some() {
            let detail = "is not supported by this version";
            fields.wrong("digest", FieldCode::NotSupported, detail);
        }
        let mut errors = reader.finish();
        let set = TenantPreferences {
            defaults,
            mandatory_types,
            rate_rules,
        };
        let bytes = set.to_stored().to_string().len();
        if errors.is_empty() && bytes > Preferences::MAX_BYTES {
            let most = Preferences::MAX_BYTES;
            let detail =
                format!("the preferences are {bytes} bytes of JSON; at most {most} are allowed");
            errors.push(FieldError::new("", FieldCode::TooLong, detail));
        }
        if errors.is_empty() {
            Ok(Self(set))
        } else {
            Err(errors)
        }
    }

    /// Of a user, who does not choose what is mandatory, nor how often they may be disturbed.
    pub(super) fn of_user(self) -> Preferences {
        self.0.defaults
    }

    /// Of a tenant.
    pub(in crate::v1) fn of_tenant(self) -> TenantPreferences {
        self.0
    }
}

/// A part of a JSON pointer.
fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// An object with a bounded number of types.
fn by_type<'a>(
    fields: &mut Fields<'a>,
    name: &'static str,
) -> Option<BTreeMap<Cow<'a, str>, Json<'a>>> {
    let Some(map) = fields.get(name)?.object(Preferences::MAX_TYPES) else {
        let detail = "must be an object with notification types as fields";
        fields.wrong(name, FieldCode::WrongType, detail);
        return None;
    };
    if map.len() > Preferences::MAX_TYPES {
        let detail = format!("must have at most {} types", Preferences::MAX_TYPES);
        fields.wrong(name, FieldCode::TooLong, detail);
        return None;
    }
    Some(map)
}

fn known_type(fields: &mut Fields<'_>, field: &str, name: &str) -> Option<NotificationType> {
    NotificationType::parse(name)
        .map_err(|error| fields.wrong(field, FieldCode::Invalid, error.0))
        .ok()
}

fn notification_types(fields: &mut Fields<'_>) -> BTreeMap<NotificationType, bool> {
    let mut types = BTreeMap::new();
    let said = by_type(fields, "notification_types");
    for (name, value) in said.into_iter().flatten() {
        let field = format!("notification_types/{}", escaped(&name));
        let known = known_type(fields, &field, &name);
        match (known, value.as_bool()) {
            (Some(known), Some(on)) => drop(types.insert(known, on)),
            (_, None) => fields.wrong(&field, FieldCode::WrongType, "must be true or false"),
            (None, Some(_)) => {}
        }
    }
    types
}

fn channels(fields: &mut Fields<'_>) -> BTreeMap<NotificationType, BTreeMap<Channel, bool>> {
    let mut rows = BTreeMap::new();
    let said = by_type(fields, "channels");
    for (name, row) in said.into_iter().flatten() {
        let field = format!("channels/{}", escaped(&name));
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
    rows
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

fn mandatory_types(fields: &mut Fields<'_>) -> BTreeSet<NotificationType> {
    let name = "mandatory_types";
    let mut types = BTreeSet::new();
    let list = fields.list(name, "types", 0..=Preferences::MAX_TYPES);
    for (place, value) in list.into_iter().flatten().enumerate() {
        let field = format!("{name}/{place}");
        if let Some(text) = fields.string_at(&field, value, "must be a string") {
            types.extend(known_type(fields, &field, &text));
        }
    }
    types
}
