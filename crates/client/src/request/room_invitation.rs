//! An invitation to a room.

use serde::Serialize;

use super::{Request, UserInfo};
use crate::IdempotencyKey;

/// An invitation to a room; the invitee gets `room_invitation`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RoomInvitation {
    /// The room.
    pub room_id: String,
    /// How it is called.
    pub room_name: String,
    /// Whether the request was made or accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub room_description: Option<String>,
    /// Who invites.
    pub inviter_id: String,
    /// Who is invited.
    pub invitee_id: String,
    /// How the inviter is called.
    pub inviter_info: UserInfo,
    /// Instead of a key made for this call.
    #[serde(skip)]
    pub idempotency_key: Option<IdempotencyKey>,
}

impl RoomInvitation {
    /// An invitation.
    pub fn new(
        room_id: impl Into<String>,
        room_name: impl Into<String>,
        inviter_info: UserInfo,
        invitee_id: impl Into<String>,
    ) -> Self {
        Self {
            room_id: room_id.into(),
            room_name: room_name.into(),
            room_description: None,
            inviter_id: inviter_info.user_id.clone(),
            invitee_id: invitee_id.into(),
            inviter_info,
            idempotency_key: None,
        }
    }

    /// Says what the room is about.
    #[must_use]
    pub fn room_description(mut self, description: impl Into<String>) -> Self {
        self.room_description = Some(description.into());
        self
    }

    /// Sets the caller's own key.
    #[must_use]
    pub fn idempotency_key(mut self, key: IdempotencyKey) -> Self {
        self.idempotency_key = Some(key);
        self
    }
}

impl Request for RoomInvitation {
    const PATH: &'static str = "/api/v1/events/room-invitation";

    fn key(&self) -> Option<&IdempotencyKey> {
        self.idempotency_key.as_ref()
    }

    fn recipients(&self) -> Option<Vec<&str>> {
        Some(vec![&self.invitee_id])
    }
}
