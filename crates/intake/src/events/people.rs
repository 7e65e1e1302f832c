//! Who takes part in an event.

use campanile_domain::UserId;
use serde_json::{Map, Value};

use super::{MAX_ID_BYTES, MAX_NAME_BYTES};
use campanile_fields::{FieldCode, Fields};

/// Recipients of one event; for more, a service splits it.
pub(super) const MAX_RECIPIENTS: usize = 1_000;

/// A user's names.
pub(super) struct Person {
    pub(super) username: String,
    /// The whole object, as it came.
    pub(super) info: Value,
}

/// A text that has to be there, of 1 to so many bytes on one line.
pub(super) fn required(fields: &mut Fields<'_>, name: &'static str, max: usize) -> Option<String> {
    fields.required(name)?;
    fields.text(name, max, false)
}

/// A text that may be missing or empty, which says the same.
pub(super) fn optional(
    fields: &mut Fields<'_>,
    name: &'static str,
    max: usize,
    lines: bool,
) -> Option<String> {
    let said = fields.get(name)?.as_str();
    let is_empty = said.is_some_and(|text| text.is_empty());
    (!is_empty).then(|| fields.text(name, max, lines)).flatten()
}

/// One user's id.
pub(super) fn user(fields: &mut Fields<'_>, name: &'static str) -> Option<UserId> {
    fields.required(name)?;
    fields.parsed(name, UserId::parse)
}

/// `{user_id, username, display_name?}`.
pub(super) fn person(fields: &mut Fields<'_>, name: &'static str) -> Option<Person> {
    let value = fields.required(name)?;
    let Ok(mut inner) = Fields::of(value) else {
        fields.wrong(name, FieldCode::WrongType, "must be a JSON object");
        return None;
    };
    let user_id = required(&mut inner, "user_id", MAX_ID_BYTES);
    let username = required(&mut inner, "username", MAX_NAME_BYTES);
    let display_name = optional(&mut inner, "display_name", MAX_NAME_BYTES, false);
    fields.wrong_within(name, inner.finish());
    let (user_id, username) = (user_id?, username?);
    let mut info = Map::new();
    info.insert("user_id".into(), user_id.into());
    info.insert("username".into(), username.clone().into());
    if let Some(display_name) = display_name {
        info.insert("display_name".into(), display_name.into());
    }
    Some(Person {
        username,
        info: Value::Object(info),
    })
}
