//! An invitation to a room: the invitee gets `room_invitation`.

use serde_json::Map;

use super::people::{optional, person, required, user};
use super::{MAX_ID_BYTES, MAX_NAME_BYTES, request};
use crate::SendRequest;
use campanile_fields::{FieldErrors, Fields, Json};

const MAX_DESCRIPTION_BYTES: usize = 4 * 1_024;

/// Reads the event.
///
/// # Errors
/// [`FieldErrors`].
pub fn room_invitation(value: Json<'_>) -> Result<SendRequest, FieldErrors> {
    let mut reader = Fields::of(value)?;
    let fields = &mut reader;
    let room_id = required(fields, "room_id", MAX_ID_BYTES);
    let room_name = required(fields, "room_name", MAX_NAME_BYTES);
    let description = optional(fields, "room_description", MAX_DESCRIPTION_BYTES, true);
    let inviter = user(fields, "inviter_id");
    let invitee = user(fields, "invitee_id");
    let info = person(fields, "inviter_info");
    let errors = reader.finish();
    match (room_id, room_name, inviter, invitee, info) {
        (Some(room_id), Some(room_name), Some(inviter), Some(invitee), Some(info))
            if errors.is_empty() =>
        {
            let mut content = Map::new();
            content.insert("room_id".into(), room_id.into());
            content.insert("room_name".into(), room_name.into());
            if let Some(description) = description {
                content.insert("room_description".into(), description.into());
            }
            content.insert("inviter_id".into(), inviter.as_str().into());
            content.insert("inviter_username".into(), info.username.into());
            content.insert("inviter_info".into(), info.info);
            content.insert("invitee_id".into(), invitee.as_str().into());
            Ok(request("room_invitation", vec![invitee], content))
        }
        _ => Err(errors),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::tests::read;
    use super::*;

    #[test]
    fn the_invited_is_told_by_whom_and_where_to() {
        let mut event = json!({
            "room_id": "r1", "room_name": "Lobby", "room_description": "Small\ntalk",
            "inviter_id": "ada", "invitee_id": "bob",
            "inviter_info": {"user_id": "ada", "username": "ada_l", "display_name": ""},
        });
        let request = read(room_invitation, &event).expect("valid");
        assert_eq!(request.notification_type.as_str(), "room_invitation");
        assert_eq!(request.recipients[0].as_str(), "bob");
        let content: Value = serde_json::from_str(&request.content).expect("JSON");
        let mut expected = json!({
            "room_id": "r1", "room_name": "Lobby", "room_description": "Small\ntalk",
            "inviter_id": "ada", "inviter_username": "ada_l", "invitee_id": "bob",
            "inviter_info": {"user_id": "ada", "username": "ada_l"},
        });
        assert_eq!(content, expected);

        for nothing in [json!(""), json!(null)] {
            event["room_description"] = nothing;
            let request = read(room_invitation, &event).expect("valid");
            let content: Value = serde_json::from_str(&request.content).expect("JSON");
            let object = expected.as_object_mut().expect("an object");
            object.remove("room_description");
            assert_eq!(content, expected);
        }
        let errors = read(room_invitation, &json!({"inviter_info": "ada"})).expect_err("refused");
        let told: Vec<_> = errors
            .iter()
            .map(|e| (e.field.as_str(), e.code.name()))
            .collect();
        assert_eq!(
            told,
            [
                ("/room_id", "required"),
                ("/room_name", "required"),
                ("/inviter_id", "required"),
                ("/invitee_id", "required"),
                ("/inviter_info", "wrong_type"),
            ]
        );
    }
}
