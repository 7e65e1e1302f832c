//! Who takes part in an event.

use campanile_fields::kinds::{maybe_empty, optional, required, text};
use campanile_fields::{Fields, request_body};
use serde_json::{Map, Value};

use super::{MAX_ID_BYTES, MAX_NAME_BYTES};

/// Recipients of one event; for more, a service splits it.
pub(super) const MAX_RECIPIENTS: usize = 1_000;

request_body! {
    /// A user's names.
    pub struct PersonBody as PersonInfo {
        /// Id of the user.
        #[example("ada")]
        user_id: String = required(text(MAX_ID_BYTES)),
        /// The user name.
        #[example("ada_l")]
        username: String = required(text(MAX_NAME_BYTES)),
        /// The display name, if there is one.
        #[example("Ada L.")]
        display_name: String = optional(maybe_empty(text(MAX_NAME_BYTES))),
    }
}

/// A user's names.
pub struct Person {
    pub(super) username: String,
    /// The whole object, as it came.
    pub(super) info: Value,
}

/// The person, if nothing that is needed is missing.
pub(super) fn person(read: PersonBody, _fields: &mut Fields<'_>) -> Option<Person> {
    let (user_id, username) = (read.user_id?, read.username?);
    let mut info = Map::new();
    info.insert("user_id".into(), user_id.into());
    info.insert("username".into(), username.clone().into());
    if let Some(display_name) = read.display_name {
        info.insert("display_name".into(), display_name.into());
    }
    Some(Person {
        username,
        info: Value::Object(info),
    })
}
