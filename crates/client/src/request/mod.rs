//! What can be asked for: one file for each request, with the names that the API has.

mod friend_request;
mod message_created;
mod notification;
mod room_invitation;
mod user_info;
mod words;

use std::time::SystemTime;

use serde::Serialize;

use crate::IdempotencyKey;

pub use friend_request::{FriendRequest, FriendRequestType};
pub use message_created::MessageCreated;
pub use notification::Notification;
pub use room_invitation::RoomInvitation;
pub use user_info::UserInfo;
pub use words::{Channel, Level, Priority};

/// A call that sends notifications.
pub(crate) trait Request: Serialize {
    /// Where it goes.
    const PATH: &'static str;

    /// The caller's own key.
    fn key(&self) -> Option<&IdempotencyKey>;

    /// Whose inboxes it changes, where that is known: what is for others may overtake it in a replay.
    fn recipients(&self) -> Option<Vec<&str>>;

    /// After which the call is no longer sent.
    fn expires_at(&self) -> Option<SystemTime> {
        None
    }
}
