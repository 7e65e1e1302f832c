//! One notification as users see it, in lists and later in streams.

use campanile_domain::{NotificationId, NotificationStatus, NotificationType, Priority, UserId};
use campanile_storage::InboxItem;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

/// One line of an inbox.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Notification)]
pub(super) struct Item {
    /// Time-ordered.
    #[schema(value_type = uuid::Uuid)]
    id: NotificationId,
    /// The recipient.
    #[schema(value_type = String)]
    user_id: UserId,
    /// The event key.
    #[schema(value_type = String, example = "new_message")]
    notification_type: NotificationType,
    /// A headline, if the sender gave one.
    title: Option<String>,
    /// A text, if the sender gave one.
    body: Option<String>,
    /// The sender's own fields.
    // Passed on as the text that was checked at the accept, without building a tree of it again.
    #[schema(value_type = Object)]
    content: Box<RawValue>,
    /// How urgent.
    #[schema(value_type = String, example = "normal")]
    priority: Priority,
    /// What became of it, over all channels.
    #[schema(value_type = String, example = "sent")]
    status: NotificationStatus,
    /// Whether the user has read it.
    is_read: bool,
    /// When.
    read_at: Option<DateTime<Utc>>,
    /// When it was accepted.
    created_at: DateTime<Utc>,
    /// When it last changed.
    updated_at: DateTime<Utc>,
    /// When it loses its meaning, if ever.
    expires_at: Option<DateTime<Utc>>,
}

impl Item {
    /// The wire form of a stored line.
    ///
    /// # Errors
    /// The stored content is not JSON, which the accept rules out.
    pub(super) fn new(line: InboxItem, now: DateTime<Utc>) -> Result<Self, serde_json::Error> {
        let notification = line.notification;
        let status = NotificationStatus::derive(
            notification.in_inbox(),
            notification.send_at,
            &line.delivery_states,
            now,
        );
        Ok(Self {
            id: notification.id,
            user_id: notification.user_id,
            notification_type: notification.notification_type,
            title: notification.title,
            body: notification.body,
            content: RawValue::from_string(String::from(&*notification.content))?,
            priority: notification.priority,
            status,
            is_read: line.read_at.is_some(),
            read_at: line.read_at,
            created_at: notification.created_at,
            updated_at: line.updated_at,
            expires_at: notification.expires_at,
        })
    }
}
