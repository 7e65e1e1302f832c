//! A new message: everyone but the sender gets `new_message`.

use std::borrow::Cow;

use serde_json::Map;

use super::people::{MAX_RECIPIENTS, person, required, user};
use super::preview::preview;
use super::{MAX_ID_BYTES, request};
use crate::SendRequest;
use campanile_fields::{FieldCode, FieldErrors, Fields, Json};

/// Reads the event. The request has no recipients where the sender was alone: then there is nothing
/// to send.
///
/// # Errors
/// [`FieldErrors`].
pub fn message_created(value: Json<'_>) -> Result<SendRequest, FieldErrors> {
    let mut reader = Fields::of(value)?;
    let fields = &mut reader;
    let message_id = required(fields, "message_id", MAX_ID_BYTES);
    let room_id = required(fields, "room_id", MAX_ID_BYTES);
    let sender = user(fields, "sender_id");
    let recipients = fields
        .required("recipient_ids")
        .and_then(|_| fields.users("recipient_ids", 0..=MAX_RECIPIENTS));
    let text = message_content(fields);
    let info = person(fields, "sender_info");
    let errors = reader.finish();
    match (message_id, room_id, sender, recipients, text, info) {
        (
            Some(message_id),
            Some(room_id),
            Some(sender),
            Some(mut recipients),
            Some(text),
            Some(info),
        ) if errors.is_empty() => {
            recipients.retain(|user| *user != sender);
            let mut content = Map::new();
            content.insert("message_id".into(), message_id.into());
            content.insert("room_id".into(), room_id.into());
            content.insert("sender_id".into(), sender.as_str().into());
            content.insert("sender_username".into(), info.username.into());
            content.insert("sender_info".into(), info.info);
            content.insert("message_preview".into(), preview(&text).into());
            Ok(request("new_message", recipients, content))
        }
        _ => Err(errors),
    }
}

/// Any text but one with U+0000; a message of pictures alone has an empty one. Only its beginning is
/// kept.
fn message_content<'a>(fields: &mut Fields<'a>) -> Option<Cow<'a, str>> {
    const NAME: &str = "message_content";
    let value = fields.required(NAME)?;
    let text = fields.string_at(NAME, value, "must be a string")?;
    if text.contains('\0') {
        let detail = "must not contain a NUL character";
        fields.wrong(NAME, FieldCode::ControlCharacter, detail);
        return None;
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::tests::read;
    use super::*;

    fn event() -> Value {
        json!({
            "message_id": "m1", "room_id": "r1", "sender_id": "ada",
            "recipient_ids": ["bob", "ada", "cleo", "bob"],
            "message_content": "x".repeat(200),
            "sender_info": {"user_id": "ada", "username": "ada_l", "display_name": "Ada"},
        })
    }

    #[test]
    fn everyone_but_the_sender_gets_the_beginning() {
        let request = read(message_created, &event()).expect("valid");
        assert_eq!(request.notification_type.as_str(), "new_message");
        let users: Vec<_> = request.recipients.iter().map(|u| u.as_str()).collect();
        assert_eq!(users, ["bob", "cleo"]);
        let content: Value = serde_json::from_str(&request.content).expect("JSON");
        let expected = json!({
            "message_id": "m1", "room_id": "r1", "sender_id": "ada", "sender_username": "ada_l",
            "sender_info": {"user_id": "ada", "username": "ada_l", "display_name": "Ada"},
            "message_preview": "x".repeat(140),
        });
        assert_eq!(content, expected);
    }

    #[test]
    fn a_sender_alone_tells_nobody() {
        for alone in [json!([]), json!(["ada"])] {
            let mut event = event();
            event["recipient_ids"] = alone;
            event["message_content"] = json!("");
            let request = read(message_created, &event).expect("valid");
            assert!(request.recipients.is_empty());
        }
    }

    #[test]
    fn every_wrong_field_is_listed() {
        let many: Vec<_> = (0..1_001).map(|n| n.to_string()).collect();
        let wrong = json!({
            "message_id": "", "room_id": 7, "sender_id": "a\u{7}b", "recipient_ids": many,
            "message_content": "a\u{0}b", "sender_info": {"username": "x", "avatar": "y"},
            "surprise": 1,
        });
        let errors = read(message_created, &wrong).expect_err("refused");
        let told: Vec<_> = errors
            .iter()
            .map(|e| (e.field.as_str(), e.code.name()))
            .collect();
        for expected in [
            ("/message_id", "too_short"),
            ("/room_id", "wrong_type"),
            ("/sender_id", "invalid"),
            ("/recipient_ids", "too_long"),
            ("/message_content", "control_character"),
            ("/sender_info/user_id", "required"),
            ("/sender_info/avatar", "unknown_field"),
            ("/surprise", "unknown_field"),
        ] {
            assert!(told.contains(&expected), "{expected:?} in {told:?}");
        }
        assert_eq!(told.len(), 8, "{told:?}");
    }
}
