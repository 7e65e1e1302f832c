//! Finds the few keys that the built-in words know in a notification's content.
//!
//! The content is read at most once, and only when a word is wanted from it; of all other keys no
//! value is built, however large they are. Only the strings that are shown are decoded.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::fmt;

use campanile_domain::Notification;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::lossy::{Lossy, decode};
use super::words::MAX_NAME_CHARS;
use crate::{Message, clean};

/// The content of a notification, read when first asked.
pub(super) struct Content<'a> {
    json: &'a str,
    values: OnceCell<Values<'a>>,
}

type Values<'a> = [Option<&'a RawValue>; Key::COUNT];

/// A key of the content that the built-in words know; callers may use any others beside them.
#[derive(Debug, Clone, Copy)]
pub(super) enum Key {
    Body,
    InviterInfo,
    InviterUsername,
    Message,
    MessagePreview,
    Purpose,
    RequestType,
    RoomDescription,
    RoomName,
    SenderInfo,
    SenderUsername,
    Text,
    // Of the people's objects.
    DisplayName,
    Username,
}

impl Key {
    const COUNT: usize = Self::Username as usize + 1;

    fn of(key: &str) -> Option<Self> {
        Some(match key {
            "body" => Self::Body,
            "inviter_info" => Self::InviterInfo,
            "inviter_username" => Self::InviterUsername,
            "message" => Self::Message,
            "message_preview" => Self::MessagePreview,
            "purpose" => Self::Purpose,
            "request_type" => Self::RequestType,
            "room_description" => Self::RoomDescription,
            "room_name" => Self::RoomName,
            "sender_info" => Self::SenderInfo,
            "sender_username" => Self::SenderUsername,
            "text" => Self::Text,
            "display_name" => Self::DisplayName,
            "username" => Self::Username,
            _ => return None,
        })
    }
}

impl<'a> Content<'a> {
    pub(super) fn of(notification: &'a Notification) -> Self {
        Self::from_json(&notification.content)
    }

    fn from_json(json: &'a str) -> Self {
        Self {
            json,
            values: OnceCell::new(),
        }
    }

    /// A name of a person or a room: one short line.
    pub(super) fn name(&self, key: Key) -> Option<String> {
        clean::line(&self.string(key)?, MAX_NAME_CHARS)
    }

    /// A text of several lines.
    pub(super) fn text(&self, key: Key) -> Option<String> {
        clean::text(&self.string(key)?, Message::MAX_TEXT_BYTES)
    }

    /// How a person is called: the name they chose to be shown, or else their user name.
    pub(super) fn person(&self, info: Key, username: Key) -> Option<String> {
        let info = Content::from_json(self.value(info).map_or("", RawValue::get));
        info.name(Key::DisplayName)
            .or_else(|| self.name(username))
            .or_else(|| info.name(Key::Username))
    }

    /// Whether a key has exactly this string.
    pub(super) fn says(&self, key: Key, expected: &str) -> bool {
        self.string(key).is_some_and(|said| said == expected)
    }

    fn value(&self, key: Key) -> Option<&'a RawValue> {
        self.values.get_or_init(|| read(self.json))[key as usize]
    }

    fn string(&self, key: Key) -> Option<Cow<'a, str>> {
        let json = self.value(key)?.get();
        // Numbers and the like would read as nonsense in a sentence.
        json.starts_with('"').then(|| decode(json)).flatten()
    }
}

/// What an object has of the known keys, the last of equal ones. What was read before a flaw
/// counts, and nothing of what is no object.
fn read(json: &str) -> Values<'_> {
    let mut values = Values::default();
    let mut json = serde_json::Deserializer::from_str(json);
    let _ = json.deserialize_map(ObjectVisitor(&mut values));
    values
}

struct ObjectVisitor<'v, 'a>(&'v mut Values<'a>);

impl<'a> Visitor<'a> for ObjectVisitor<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key_seed(Lossy)? {
            match Key::of(&key) {
                Some(key) => self.0[key as usize] = Some(map.next_value()?),
                None => map.next_value::<IgnoredAny>().map(drop)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(json: &str) -> Option<String> {
        Content::from_json(json).name(Key::RoomName)
    }

    #[test]
    fn strings_are_found_and_nothing_else() {
        for (json, expected) in [
            (r#"{"room_name": "Lobby"}"#, Some("Lobby")),
            (
                r#"{"x": [{"room_name": "no"}], "room_name": " L\u00f6bby\n"}"#,
                Some("Löbby"),
            ),
            (r#"{"room\u005fname": "escaped"}"#, Some("escaped")),
            (
                r#"{"room_name": "first", "room_name": "last"}"#,
                Some("last"),
            ),
            (r#"{"\ud83d": 1, "room_name": "half \ud83d"}"#, Some("half")),
            (r#"{"room_name": "read", "broken"#, Some("read")),
            (r#"{"room_name": 7}"#, None),
            (r#"{"room_name": ["a"]}"#, None),
            (r#"{"room_name": {"a": "b"}}"#, None),
            (r#"{"room_name": null}"#, None),
            (r#"{"room_name": "  "}"#, None),
            (r#"["room_name"]"#, None),
            (r#""room_name""#, None),
            ("", None),
        ] {
            assert_eq!(room(json).as_deref(), expected, "{json}");
        }
    }

    #[test]
    fn depth_is_no_flaw() {
        let deep = format!(
            r#"{{"x": {}{}, "room_name": "Lobby"}}"#,
            "[".repeat(9_999),
            "]".repeat(9_999)
        );
        assert_eq!(room(&deep).as_deref(), Some("Lobby"));
    }
}
