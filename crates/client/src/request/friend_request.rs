//! A friend request or its acceptance.

use serde::{Deserialize, Serialize};

use super::{Request, UserInfo};
use crate::IdempotencyKey;

/// A friend request or its acceptance; the recipient gets a notification of that type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FriendRequest {
    /// Who asks, or said yes.
    pub sender_id: String,
    /// The user to notify.
    pub recipient_id: String,
    /// How the sender is called.
    pub sender_info: UserInfo,
    /// Which of both it is.
    pub request_type: FriendRequestType,
    /// Instead of a key made for this call.
    #[serde(skip)]
    pub idempotency_key: Option<IdempotencyKey>,
}

/// Whether a friendship is asked for or agreed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FriendRequestType {
    /// Asked for.
    FriendRequest,
    /// Agreed to.
    FriendRequestAccepted,
}

impl FriendRequest {
    /// A friend request.
    pub fn asked(sender_info: UserInfo, recipient_id: impl Into<String>) -> Self {
        Self::new(sender_info, recipient_id, FriendRequestType::FriendRequest)
    }

    /// The acceptance of a friend request.
    pub fn accepted(sender_info: UserInfo, recipient_id: impl Into<String>) -> Self {
        let kind = FriendRequestType::FriendRequestAccepted;
        Self::new(sender_info, recipient_id, kind)
    }

    fn new(
        sender_info: UserInfo,
        recipient_id: impl Into<String>,
        request_type: FriendRequestType,
    ) -> Self {
        Self {
            sender_id: sender_info.user_id.clone(),
            recipient_id: recipient_id.into(),
            sender_info,
            request_type,
            idempotency_key: None,
        }
    }

    /// Sets the caller's own key.
    #[must_use]
    pub fn idempotency_key(mut self, key: IdempotencyKey) -> Self {
        self.idempotency_key = Some(key);
        self
    }
}

impl Request for FriendRequest {
    const PATH: &'static str = "/api/v1/events/friend-request";

    fn key(&self) -> Option<&IdempotencyKey> {
        self.idempotency_key.as_ref()
    }

    fn recipients(&self) -> Option<Vec<&str>> {
        Some(vec![&self.recipient_id])
    }
}
