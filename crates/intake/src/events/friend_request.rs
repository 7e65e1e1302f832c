//! A friend request or its acceptance: the recipient gets `friend_request` or `friend_request_accepted`.

use serde_json::Map;

use super::people::{person, user};
use super::request;
use crate::SendRequest;
use campanile_fields::{FieldCode, FieldErrors, Fields, Json};

/// The two types, which are the two values of `request_type`.
const TYPES: [&str; 2] = ["friend_request", "friend_request_accepted"];

/// Reads the event.
///
/// # Errors
/// [`FieldErrors`].
pub fn friend_request(value: Json<'_>) -> Result<SendRequest, FieldErrors> {
    let mut reader = Fields::of(value)?;
    let fields = &mut reader;
    let sender = user(fields, "sender_id");
    let recipient = user(fields, "recipient_id");
    let info = person(fields, "sender_info");
    let request_type = request_type(fields);
    let errors = reader.finish();
    match (sender, recipient, info, request_type) {
        (Some(sender), Some(recipient), Some(info), Some(request_type)) if errors.is_empty() => {
            let mut content = Map::new();
            content.insert("sender_id".into(), sender.as_str().into());
            content.insert("sender_username".into(), info.username.into());
            content.insert("sender_info".into(), info.info);
            content.insert("recipient_id".into(), recipient.as_str().into());
            content.insert("request_type".into(), request_type.into());
            Ok(request(request_type, vec![recipient], content))
        }
        _ => Err(errors),
    }
}

fn request_type(fields: &mut Fields<'_>) -> Option<&'static str> {
    const NAME: &str = "request_type";
    let value = fields.required(NAME)?;
    let given = fields.string_at(NAME, value, "must be a string")?;
    let found = TYPES.into_iter().find(|known| **known == *given);
    if found.is_none() {
        let detail = format!("must be {}", TYPES.join(" or "));
        fields.wrong(NAME, FieldCode::UnknownValue, detail);
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::tests::read;
    use super::*;

    #[test]
    fn what_is_asked_is_the_type() {
        let mut event = json!({
            "sender_id": "ada", "recipient_id": "bob",
            "sender_info": {"user_id": "ada", "username": "ada_l", "display_name": "Ada"},
        });
        for request_type in TYPES {
            event["request_type"] = json!(request_type);
            let request = read(friend_request, &event).expect("valid");
            assert_eq!(request.notification_type.as_str(), request_type);
            assert_eq!(request.recipients[0].as_str(), "bob");
            let content: Value = serde_json::from_str(&request.content).expect("JSON");
            let mut expected = event.clone();
            expected["sender_username"] = json!("ada_l");
            assert_eq!(content, expected);
        }
        for (wrong, code) in [
            (json!("friend_request_denied"), "unknown_value"),
            (json!(1), "wrong_type"),
            (json!(null), "required"),
        ] {
            event["request_type"] = wrong;
            let errors = read(friend_request, &event).expect_err("refused");
            let told: Vec<_> = errors
                .iter()
                .map(|e| (e.field.as_str(), e.code.name()))
                .collect();
            assert_eq!(told, [("/request_type", code)]);
        }
    }
}
