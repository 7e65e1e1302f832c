//! Accounts and messages.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use campanile_domain::{
    DeliveryId, Notification, NotificationId, NotificationType, Priority, TenantId, UserId,
};
use campanile_recipes::{Message, Recipe, Settings};
use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

/// A minute before `Sun, 06 Nov 1994 08:50:37 GMT`.
pub(crate) fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777)
}

pub(crate) fn recipe(name: &str) -> &'static Recipe {
    campanile_recipes::of(name).unwrap_or_else(|| panic!("no recipe {name}"))
}

/// The settings that a recipe gives as examples, for all that is required, and the URL of an account that has one.
pub(crate) fn settings(recipe: &Recipe, also: &Value) -> Settings {
    let required = recipe
        .settings
        .iter()
        .filter(|one| one.is_required || one.required_unless.is_some() || one.name == "url");
    let examples = required.map(|one| (one.name.clone(), one.example.clone()));
    let also = also.as_object().cloned().unwrap_or_else(Map::new);
    let given: BTreeMap<String, Value> = examples
        .chain(also)
        .filter(|(_, value)| !value.is_null())
        .collect();
    recipe
        .accept(given)
        .unwrap_or_else(|errors| panic!("{}: {errors:?}", recipe.name))
}

pub(crate) fn notification(priority: Priority) -> Notification {
    let at: DateTime<Utc> = now().into();
    Notification {
        id: NotificationId::at(at),
        tenant: TenantId::parse("acme").expect("valid"),
        user_id: UserId::parse("anna").expect("valid"),
        notification_type: NotificationType::parse("order.shipped").expect("valid"),
        priority,
        title: None,
        body: None,
        content: "{}".into(),
        item: Default::default(),
        channels: None,
        send_at: None,
        expires_at: Some(at + chrono::TimeDelta::seconds(90)),
        collapse_key: None,
        correlation_id: String::new(),
        created_at: at,
    }
}

pub(crate) fn message<'a>(
    notification: &'a Notification,
    title: &'a str,
    text: &'a str,
) -> Message<'a> {
    Message {
        delivery_id: DeliveryId(notification.id.0),
        notification,
        title,
        text,
        now: now().into(),
    }
}
