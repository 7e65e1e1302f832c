//! A new message: everyone but the sender gets `new_message`.

use campanile_domain::UserId;
use campanile_fields::kinds::{Kind, nested, required, text, unique, user_id};
use campanile_fields::{FieldCode, FieldErrors, Fields, Json, ValueSchema, request_body};
use serde_json::{Map, json};

use super::people::{MAX_RECIPIENTS, Person, person};
use super::preview::preview;
use super::{MAX_ID_BYTES, request};
use crate::SendRequest;

request_body! {
    /// A message was created.
    pub struct MessageCreatedBody as MessageCreated {
        /// Id of the message.
        #[example("m1")]
        message_id: String = required(text(MAX_ID_BYTES)),
        /// Id of the room.
        #[example("r1")]
        room_id: String = required(text(MAX_ID_BYTES)),
        /// The author.
        #[example("ada")]
        sender_id: UserId = required(user_id()),
        /// The members of the room. The sender is skipped, and each user is notified once.
        #[example(["ada", "bob"])]
        recipient_ids: Vec<UserId> = required(unique(0..=MAX_RECIPIENTS, user_id())),
        /// The text of the message. Only its first 140 characters are stored, as the preview.
        #[example("Are you coming?")]
        message_content: String = required(Preview),
        /// Names of the author.
        sender_info: Person = required(nested(person)),
    }
}

/// The beginning of any text but one with U+0000; a message of pictures alone has an empty one.
struct Preview;

impl Kind for Preview {
    type Value = String;

    fn read<'a>(&self, fields: &mut Fields<'a>, field: &str, value: Json<'a>) -> Option<String> {
        let text = fields.string(field, value)?;
        if text.contains('\0') {
            let detail = "must not contain a NUL character";
            fields.wrong(field, FieldCode::ControlCharacter, detail);
            return None;
        }
        Some(preview(&text).to_owned())
    }

    fn schema(&self) -> ValueSchema {
        ValueSchema::new(json!({"type": "string"}))
    }
}

/// Reads the event. The request has no recipients where the sender was alone: then there is nothing
/// to send.
///
/// # Errors
/// [`FieldErrors`].
pub fn message_created(value: Json<'_>) -> Result<SendRequest, FieldErrors> {
    let mut fields = Fields::of(value)?;
    let read = MessageCreatedBody::read(&mut fields);
    fields.finish_with(|| {
        let (sender, info) = (read.sender_id?, read.sender_info?);
        let mut recipients = read.recipient_ids?;
        recipients.retain(|user| *user != sender);
        let mut content = Map::new();
        content.insert("message_id".into(), read.message_id?.into());
        content.insert("room_id".into(), read.room_id?.into());
        content.insert("sender_id".into(), sender.as_str().into());
        content.insert("sender_username".into(), info.username.into());
        content.insert("sender_info".into(), info.info);
        content.insert("message_preview".into(), read.message_content?.into());
        Some(request("new_message", recipients, content))
    })
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
        let reported: Vec<_> = errors
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
            assert!(reported.contains(&expected), "{expected:?} in {reported:?}");
        }
        assert_eq!(reported.len(), 8, "{reported:?}");
    }
}
