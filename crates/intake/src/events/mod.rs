//! What happened in the services that call: an event becomes a request to send.
//!
//! A file for each event. The content keeps the names that the event came with, which are those that
//! the built-in words of `templates` look for; a service need not know what a notification is made of.

mod friend_request;
mod message_created;
mod people;
mod preview;
mod room_invitation;

pub use friend_request::{FriendRequestBody, FriendRequestType, friend_request};
pub use message_created::{MessageCreatedBody, message_created};
pub use people::{Person, PersonBody};
pub use preview::PREVIEW_CHARS;
pub use room_invitation::{RoomInvitationBody, room_invitation};

use campanile_domain::{NotificationType, Priority, UserId};
use serde_json::{Map, Value};

use crate::SendRequest;

/// Ids of rooms and messages, and names; as long as the ids of users.
const MAX_ID_BYTES: usize = 128;
const MAX_NAME_BYTES: usize = 256;

/// A request of a type that is a constant of ours, with everything else as usual.
fn request(
    notification_type: &str,
    recipients: Vec<UserId>,
    content: Map<String, Value>,
) -> SendRequest {
    SendRequest {
        notification_type: NotificationType::parse(notification_type)
            .expect("the types of events are types"),
        recipients,
        content: Value::Object(content).to_string().into(),
        channels: None,
        priority: Priority::Normal,
        title: None,
        body: None,
        link: None,
        actions: Vec::new(),
        send_at: None,
        send_at_as_written: None,
        expires_at: None,
        is_late: false,
        collapse_key: None,
        lane: None,
    }
}

#[cfg(test)]
mod tests {
    use crate::SendRequest;
    use campanile_fields::{FieldErrors, Json, JsonText};

    type Reader = fn(Json<'_>) -> Result<SendRequest, FieldErrors>;

    /// Has an event read as if it had come in a body.
    pub(super) fn read(
        reader: Reader,
        event: &serde_json::Value,
    ) -> Result<SendRequest, FieldErrors> {
        reader(JsonText::from(event).json())
    }
}
