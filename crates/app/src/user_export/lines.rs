//! The lines of an export. Their names are the API's.

use campanile_domain::{
    Delivery, Device, EmailAddress, IngestAddress, Preferences, Suppression, TopicKey, User,
    UserAddress, is_of_user,
};
use campanile_storage::UserRecord;
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::TOPIC;

/// A user; the tenant's own fields byte for byte.
#[derive(Serialize)]
pub(super) struct UserLine<'u> {
    kind: &'static str,
    #[serde(flatten)]
    facts: Value,
    attributes: &'u RawValue,
}

/// # Errors
/// Stored attributes that are not JSON, which the call that stores them rules out.
pub(super) fn user(user: &User) -> Result<UserLine<'_>, serde_json::Error> {
    let facts = json!({
        "user_id": user.id,
        "email": user.email.as_ref().map(EmailAddress::as_str),
        "email_gone_at": user.email_gone_at,
        "locale": user.locale,
        "timezone": user.timezone,
        "created_at": user.created_at,
        "updated_at": user.updated_at,
    });
    Ok(UserLine {
        kind: "user",
        facts,
        attributes: serde_json::from_str(&user.attributes)?,
    })
}

pub(super) fn device(device: &Device) -> Value {
    json!({
        "kind": "device",
        "id": device.id,
        "device_kind": device.kind.name(),
        "value": device.value.as_str(),
        "platform": device.platform.name(),
        "app_version": device.app_version,
        "locale": device.locale,
        "timezone": device.timezone,
        "created_at": device.created_at,
        "last_seen": device.last_seen,
    })
}

pub(super) fn address(one: &UserAddress) -> Value {
    json!({
        "kind": "address",
        "channel": one.channel,
        "address": one.text.as_str(),
        "created_at": one.created_at,
        "updated_at": one.updated_at,
        "gone_at": one.gone_at,
    })
}

pub(super) fn preferences(own: &Preferences) -> Value {
    json!({"kind": "preferences", "preferences": own.to_stored()})
}

pub(super) fn topic(topic: &TopicKey) -> Value {
    json!({"kind": "topic", "id": format!("{TOPIC}{topic}"), "topic": topic})
}

pub(super) fn suppression(entry: &Suppression) -> Value {
    json!({
        "kind": "suppression",
        "channel": entry.key.channel,
        "address": entry.key.address.as_str(),
        "notification_type": entry.key.notification_type,
        "reason": entry.reason.name(),
        "source": entry.source.name(),
        "since": entry.since,
    })
}

pub(super) fn ingest_address(address: &IngestAddress) -> Value {
    json!({"kind": "ingest_address", "id": address.id, "name": address.name})
}

/// A notification; its content byte for byte.
#[derive(Serialize)]
pub(super) struct NotificationLine<'r> {
    kind: &'static str,
    #[serde(flatten)]
    facts: Value,
    content: &'r RawValue,
    deliveries: Vec<Value>,
}

/// # Errors
/// Stored content that is not JSON, which the accept rules out.
pub(super) fn notification(of: &UserRecord) -> Result<NotificationLine<'_>, serde_json::Error> {
    let (record, one) = (&of.record, &of.record.notification);
    let facts = json!({
        "id": one.id,
        "notification_type": one.notification_type,
        "priority": one.priority,
        "title": one.shown_title(),
        "body": one.shown_body(),
        "send_at": one.send_at,
        "expires_at": one.expires_at,
        "correlation_id": one.correlation_id,
        "created_at": one.created_at,
        "read_at": record.marks.read_at,
        "seen_at": record.marks.seen_at,
        "archived_at": record.marks.archived_at,
        "snoozed_until": record.marks.snoozed_until,
        "cancelled_at": record.cancelled_at,
        "deleted_at": of.deleted_at,
    });
    Ok(NotificationLine {
        kind: "notification",
        facts,
        content: serde_json::from_str(&one.content)?,
        deliveries: record.deliveries.iter().map(delivery).collect(),
    })
}

fn delivery(delivery: &Delivery) -> Value {
    // The address of a webhook is the tenant's, not the person's, and may hold a secret.
    let is_theirs = is_of_user(delivery.channel, &delivery.address);
    json!({
        "id": delivery.id,
        "channel": delivery.channel,
        "address": is_theirs.then_some(&delivery.address),
        "status": delivery.state.name(),
        "reason": delivery.reason,
        "attempts": delivery.attempts,
        "deferrals": delivery.deferrals,
        "opened_at": delivery.reactions.opened_at,
        "clicked_at": delivery.reactions.clicked_at,
        "machine_opened_at": delivery.reactions.machine_opened_at,
        "machine_clicked_at": delivery.reactions.machine_clicked_at,
        "created_at": delivery.created_at,
        "updated_at": delivery.updated_at,
    })
}
