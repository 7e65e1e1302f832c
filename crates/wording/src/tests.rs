//! What the tests of this crate share.

use campanile_domain::{
    Notification, NotificationId, NotificationType, Priority, TenantId, UserId,
};
use chrono::DateTime;

pub(crate) fn notification(kind: &str, content: &str) -> Notification {
    Notification {
        id: NotificationId::floor(DateTime::UNIX_EPOCH),
        tenant: TenantId::parse("acme").expect("a tenant"),
        user_id: UserId::parse("u").expect("a user"),
        notification_type: NotificationType::parse(kind).expect("a type"),
        priority: Priority::Normal,
        title: None,
        body: None,
        content: content.into(),
        item: Default::default(),
        channels: None,
        send_at: None,
        expires_at: None,
        collapse_key: None,
        correlation_id: String::new(),
        created_at: DateTime::UNIX_EPOCH,
    }
}
