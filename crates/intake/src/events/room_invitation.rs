//! An invitation to a room: the invitee gets `room_invitation`.

use campanile_domain::UserId;
use campanile_fields::kinds::{lines, maybe_empty, nested, optional, required, text, user_id};
use campanile_fields::{FieldErrors, Fields, Json, request_body};
use serde_json::Map;

use super::people::{Person, person};
use super::{MAX_ID_BYTES, MAX_NAME_BYTES, request};
use crate::SendRequest;

const MAX_DESCRIPTION_BYTES: usize = 4 * 1_024;

request_body! {
    /// A user was invited to a room.
    pub struct RoomInvitationBody as RoomInvitation {
        /// Id of the room.
        #[example("r1")]
        room_id: String = required(text(MAX_ID_BYTES)),
        /// Name of the room.
        #[example("Lobby")]
        room_name: String = required(text(MAX_NAME_BYTES)),
        /// Description of the room.
        #[example("Small talk")]
        room_description: String = optional(maybe_empty(lines(MAX_DESCRIPTION_BYTES))),
        /// The user who invites.
        #[example("ada")]
        inviter_id: UserId = required(user_id()),
        /// The user to notify.
        #[example("bob")]
        invitee_id: UserId = required(user_id()),
        /// Names of the user who invites.
        inviter_info: Person = required(nested(person)),
    }
}

/// Reads the event.
///
/// # Errors
/// [`FieldErrors`].
pub fn room_invitation(value: Json<'_>) -> Result<SendRequest, FieldErrors> {
    let mut fields = Fields::of(value)?;
    let read = RoomInvitationBody::read(&mut fields);
    fields.finish_with(|| {
        let (inviter, invitee, info) = (read.inviter_id?, read.invitee_id?, read.inviter_info?);
        let mut content = Map::new();
        content.insert("room_id".into(), read.room_id?.into());
        content.insert("room_name".into(), read.room_name?.into());
        if let Some(description) = read.room_description {
            content.insert("room_description".into(), description.into());
        }
        content.insert("inviter_id".into(), inviter.as_str().into());
        content.insert("inviter_username".into(), info.username.into());
        content.insert("inviter_info".into(), info.info);
        content.insert("invitee_id".into(), invitee.as_str().into());
        Some(request("room_invitation", vec![invitee], content))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::tests::read;
    use super::*;

    #[test]
    fn the_invited_is_report_plans_whom_and_where_to() {
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
        let reported: Vec<_> = errors
            .iter()
            .map(|e| (e.field.as_str(), e.code.name()))
            .collect();
        assert_eq!(
            reported,
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
