//! A friend request or its acceptance: the recipient gets `friend_request` or `friend_request_accepted`.

use std::str::FromStr;

use campanile_domain::{InvalidName, UserId};
use campanile_fields::kinds::{Named, nested, one_of, required, user_id};
use campanile_fields::{FieldErrors, Fields, Json, request_body};
use serde_json::Map;

use super::people::{Person, person};
use super::request;
use crate::SendRequest;

request_body! {
    /// A friend request was made or accepted.
    pub struct FriendRequestBody as FriendRequest {
        /// The user who made or accepted it.
        #[example("ada")]
        sender_id: UserId = required(user_id()),
        /// The user to notify.
        #[example("bob")]
        recipient_id: UserId = required(user_id()),
        /// Names of the user who made or accepted it.
        sender_info: Person = required(nested(person)),
        /// Whether the request was made or accepted.
        request_type: FriendRequestType = required(one_of::<FriendRequestType>()),
    }
}

/// Whether a friend request was made or accepted; the name is the type of the notification.
#[derive(Debug, Clone, Copy)]
pub enum FriendRequestType {
    /// It was made.
    Made,
    /// It was accepted.
    Accepted,
}

impl FriendRequestType {
    const ALL: [Self; 2] = [Self::Made, Self::Accepted];

    const fn name(self) -> &'static str {
        match self {
            Self::Made => "friend_request",
            Self::Accepted => "friend_request_accepted",
        }
    }
}

impl FromStr for FriendRequestType {
    type Err = InvalidName;

    fn from_str(name: &str) -> Result<Self, InvalidName> {
        let found = Self::ALL.into_iter().find(|known| known.name() == name);
        found.ok_or(InvalidName(
            "must be friend_request or friend_request_accepted",
        ))
    }
}

impl Named for FriendRequestType {
    const SCHEMA: &'static str = "FriendRequestType";
    const ABOUT: &'static str = "Whether the request was made or accepted.";

    fn names() -> Vec<&'static str> {
        Self::ALL.map(Self::name).into()
    }
}

/// Reads the event.
///
/// # Errors
/// [`FieldErrors`].
pub fn friend_request(value: Json<'_>) -> Result<SendRequest, FieldErrors> {
    let mut fields = Fields::of(value)?;
    let read = FriendRequestBody::read(&mut fields);
    fields.finish_with(|| {
        let (sender, recipient, info) = (read.sender_id?, read.recipient_id?, read.sender_info?);
        let request_type = read.request_type?.name();
        let mut content = Map::new();
        content.insert("sender_id".into(), sender.as_str().into());
        content.insert("sender_username".into(), info.username.into());
        content.insert("sender_info".into(), info.info);
        content.insert("recipient_id".into(), recipient.as_str().into());
        content.insert("request_type".into(), request_type.into());
        Some(request(request_type, vec![recipient], content))
    })
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
        for request_type in FriendRequestType::ALL.map(FriendRequestType::name) {
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
            let reported: Vec<_> = errors
                .iter()
                .map(|e| (e.field.as_str(), e.code.name()))
                .collect();
            assert_eq!(reported, [("/request_type", code)]);
        }
    }
}
