//! The body of a webhook.

use campanile_domain::{
    Action, Link, Notification, NotificationId, NotificationType, Priority, TenantId, UserId,
};
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use serde_json::value::RawValue;

#[derive(Serialize)]
struct Body<'a> {
    #[serde(rename = "type")]
    event: String,
    timestamp: String,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Data<'a> {
    id: NotificationId,
    tenant: &'a TenantId,
    user_id: &'a UserId,
    notification_type: &'a NotificationType,
    title: Option<&'a str>,
    body: Option<&'a str>,
    link: Option<&'a Link>,
    actions: &'a [Action],
    priority: Priority,
    /// As it is stored, byte for byte.
    content: &'a RawValue,
    created_at: String,
}

/// Writes it.
///
/// # Errors
/// Where the stored content is no JSON.
pub(super) fn body(notification: &Notification) -> Result<Vec<u8>, serde_json::Error> {
    let created_at = moment(notification.created_at);
    serde_json::to_vec(&Body {
        event: format!("notification.{}", notification.notification_type),
        timestamp: created_at.clone(),
        data: Data {
            id: notification.id,
            tenant: &notification.tenant,
            user_id: &notification.user_id,
            notification_type: &notification.notification_type,
            title: notification.shown_title(),
            body: notification.shown_body(),
            link: notification.item.link.as_ref(),
            actions: &notification.item.actions,
            priority: notification.priority,
            content: serde_json::from_str(&notification.content)?,
            created_at,
        },
    })
}

fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}
