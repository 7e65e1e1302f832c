//! What a caller wants sent, already checked.

use std::sync::Arc;

use campanile_domain::{Channel, NotificationType, Priority, UserId};
use chrono::{DateTime, Utc};
use serde::Serialize;

/// One wrong field of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// A JSON pointer (RFC 6901), e.g. `/recipients/3`; empty for the whole body.
    pub field: String,
    /// A stable code, e.g. `required`, `unknown_field`, `wrong_type`, `too_long`.
    pub code: &'static str,
    /// One readable sentence.
    pub detail: String,
}

/// A valid request to send.
#[derive(Debug, Clone, PartialEq)]
pub struct SendRequest {
    /// The event key.
    pub notification_type: NotificationType,
    /// 1 to 1,000 users, each once.
    pub recipients: Vec<UserId>,
    /// A JSON object as text.
    pub content: Arc<str>,
    /// `None`: all that are configured and allowed.
    pub channels: Option<Vec<Channel>>,
    /// How urgent.
    pub priority: Priority,
    /// A headline.
    pub title: Option<String>,
    /// A text.
    pub body: Option<String>,
    /// Not before.
    pub send_at: Option<DateTime<Utc>>,
    /// Not after.
    pub expires_at: Option<DateTime<Utc>>,
    /// Only the newest of these matters.
    pub collapse_key: Option<String>,
}

impl SendRequest {
    /// Bytes of text that its notifications hold together, one copy each.
    pub fn expanded_bytes(&self) -> usize {
        let text = |given: &Option<String>| given.as_ref().map_or(0, String::len);
        self.recipients.len() * (self.content.len() + text(&self.title) + text(&self.body))
    }
}
