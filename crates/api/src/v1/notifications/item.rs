//! One notification as users see it, in lists and later in streams.

use campanile_domain::{
    Action, Link, NotificationId, NotificationStatus, NotificationType, Priority, UserId,
};
use campanile_storage::InboxItem;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

/// A button of a notification.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes `campanile_domain::Action`")]
struct ItemAction {
    /// The sender's name for the action; unique within the notification.
    #[schema(example = "reply")]
    id: String,
    /// The text of the button.
    #[schema(example = "Reply")]
    title: String,
    /// What the button opens.
    #[schema(format = "uri", example = "https://chat.example.com/rooms/r1/reply")]
    link: String,
}

/// One notification of an inbox.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Notification)]
pub(super) struct Item {
    /// Id of the notification; ids are ordered by time.
    #[schema(value_type = uuid::Uuid)]
    id: NotificationId,
    /// The recipient.
    #[schema(value_type = String)]
    user_id: UserId,
    /// The event key.
    #[schema(value_type = String, example = "new_message")]
    notification_type: NotificationType,
    /// The title in the user's language. `null` only for notifications that an earlier release accepted without one.
    title: Option<String>,
    /// The body text in the user's language, if there is one.
    body: Option<String>,
    /// What a click opens, if anything: https, or a scheme that the tenant has allowed.
    #[schema(value_type = Option<String>, format = "uri", example = "https://chat.example.com/rooms/r1")]
    link: Option<Link>,
    /// Buttons, at most 3.
    #[schema(value_type = Vec<ItemAction>, max_items = 3)]
    actions: Vec<Action>,
    /// The sender's custom fields.
    // Passed on as the text that was checked at the accept, without building a tree of it again.
    #[schema(value_type = Object)]
    content: Box<RawValue>,
    /// The priority.
    #[schema(value_type = String, example = "normal")]
    priority: Priority,
    /// Status over all channels.
    #[schema(value_type = String, example = "sent")]
    status: NotificationStatus,
    /// Whether the user has read it.
    is_read: bool,
    /// When the user read it.
    read_at: Option<DateTime<Utc>>,
    /// When the user first saw it.
    seen_at: Option<DateTime<Utc>>,
    /// When it was archived.
    archived_at: Option<DateTime<Utc>>,
    /// Until when it is snoozed.
    snoozed_until: Option<DateTime<Utc>>,
    /// When the request was accepted.
    created_at: DateTime<Utc>,
    /// When it last changed. Returning from a snooze counts as a change.
    updated_at: DateTime<Utc>,
    /// When it expires, if ever.
    expires_at: Option<DateTime<Utc>>,
}

impl Item {
    /// The wire form of a stored line.
    ///
    /// # Errors
    /// The stored content is not JSON, which the accept rules out.
    pub(super) fn new(line: InboxItem, now: DateTime<Utc>) -> Result<Self, serde_json::Error> {
        // What was shown stays shown.
        Self::of(line, None, now)
    }

    /// The wire form of a notification that may not be shown yet, or was cancelled before it was.
    ///
    /// # Errors
    /// The stored content is not JSON, which the accept rules out.
    pub(super) fn of(
        line: InboxItem,
        cancelled_at: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<Self, serde_json::Error> {
        let (notification, marks) = (line.notification, line.marks);
        let returned_at = marks.snoozed_until.filter(|until| *until <= now);
        let status = NotificationStatus::derive(
            notification.in_inbox(),
            notification.send_at,
            cancelled_at,
            &line.delivery_states,
            now,
        );
        Ok(Self {
            title: notification.shown_title().map(str::to_owned),
            body: notification.shown_body().map(str::to_owned),
            link: notification.item.link.clone(),
            actions: notification.item.actions.clone(),
            id: notification.id,
            user_id: notification.user_id,
            notification_type: notification.notification_type,
            content: RawValue::from_string(String::from(&*notification.content))?,
            priority: notification.priority,
            status,
            is_read: marks.read_at.is_some(),
            read_at: marks.read_at,
            seen_at: marks.seen_at,
            archived_at: marks.archived_at,
            snoozed_until: marks.snoozed_until,
            created_at: notification.created_at,
            updated_at: line.updated_at.max(returned_at.unwrap_or(line.updated_at)),
            expires_at: notification.expires_at,
        })
    }
}

#[cfg(test)]
mod tests {
    use campanile_domain::{InboxMarks, Notification, TenantId};
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn coming_back_is_a_change() {
        let made = DateTime::from_timestamp(1_800_000_000, 0).expect("in range");
        let until = made + TimeDelta::hours(1);
        let line = InboxItem {
            notification: Notification {
                id: NotificationId::at(made),
                tenant: TenantId::parse("acme").expect("valid"),
                user_id: UserId::parse("u1").expect("valid"),
                notification_type: NotificationType::parse("t").expect("valid"),
                priority: Priority::Normal,
                title: None,
                body: None,
                content: "{}".into(),
                channels: None,
                send_at: None,
                expires_at: None,
                collapse_key: None,
                item: Default::default(),
                correlation_id: "r".into(),
                created_at: made,
            },
            marks: InboxMarks {
                snoozed_until: Some(until),
                ..InboxMarks::default()
            },
            updated_at: made,
            delivery_states: Vec::new(),
        };
        for (now, updated_at) in [(until - TimeDelta::seconds(1), made), (until, until)] {
            let item = Item::new(line.clone(), now).expect("JSON");
            assert_eq!(item.updated_at, updated_at, "{now}");
            assert_eq!(item.snoozed_until, Some(until));
        }
    }
}
