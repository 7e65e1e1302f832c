//! A new message.

use serde::Serialize;

use super::{Request, UserInfo};
use crate::IdempotencyKey;

/// A message was written; everyone but the sender gets `new_message` with a preview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct MessageCreated {
    /// The message.
    pub message_id: String,
    /// The room it was written in.
    pub room_id: String,
    /// Who wrote it.
    pub sender_id: String,
    /// Who is in the room.
    pub recipient_ids: Vec<String>,
    /// What was written; the service shortens it to a preview.
    pub message_content: String,
    /// How the sender is called.
    pub sender_info: UserInfo,
    /// Instead of a key made for this call.
    #[serde(skip)]
    pub idempotency_key: Option<IdempotencyKey>,
}

impl MessageCreated {
    /// A new message.
    pub fn new<R: Into<String>>(
        message_id: impl Into<String>,
        room_id: impl Into<String>,
        sender_info: UserInfo,
        recipient_ids: impl IntoIterator<Item = R>,
        message_content: impl Into<String>,
    ) -> Self {
        Self {
            message_id: message_id.into(),
            room_id: room_id.into(),
            sender_id: sender_info.user_id.clone(),
            recipient_ids: recipient_ids.into_iter().map(Into::into).collect(),
            message_content: message_content.into(),
            sender_info,
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

impl Request for MessageCreated {
    const PATH: &'static str = "/api/v1/events/message-created";

    fn key(&self) -> Option<&IdempotencyKey> {
        self.idempotency_key.as_ref()
    }

    fn recipients(&self) -> Option<Vec<&str>> {
        Some(self.recipient_ids.iter().map(String::as_str).collect())
    }
}
