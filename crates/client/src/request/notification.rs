//! Any notification.

use std::time::SystemTime;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::{Channel, Level, Priority, Request};
use crate::IdempotencyKey;

/// A notification to send. Create it with [`Notification::to_users`] or [`Notification::to_topic`]; everything else
/// is optional.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Notification {
    /// The event key (`new_message`, or the tenant's own).
    pub notification_type: String,
    /// The users, up to 1,000; empty for a topic.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub recipients: Vec<String>,
    /// Everybody who subscribed to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// Anything the receiving application needs.
    pub content: Map<String, Value>,
    /// Only through these; otherwise all that are configured and allowed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<Channel>,
    /// The priority.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// A severity instead of a priority.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// The title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The body text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// What a click opens: https, or a scheme that the tenant has allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Buttons, up to 3.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<Action>,
    /// `send_at` of the send.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "moment")]
    pub send_at: Option<SystemTime>,
    /// Not after; what is spooled for longer is dropped, and counted as expired.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "moment")]
    pub expires_at: Option<SystemTime>,
    /// Notifications with the same key replace each other on devices; only the newest is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collapse_key: Option<String>,
    /// Instead of a key made for this call.
    #[serde(skip)]
    pub idempotency_key: Option<IdempotencyKey>,
}

/// A button that opens a link.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Action {
    /// The caller's name for it; unique within the notification.
    pub id: String,
    /// The text of the button.
    pub title: String,
    /// What it opens.
    pub link: String,
}

impl Notification {
    /// For these users.
    pub fn to_users<R: Into<String>>(
        notification_type: impl Into<String>,
        recipients: impl IntoIterator<Item = R>,
    ) -> Self {
        let recipients = recipients.into_iter().map(Into::into).collect();
        Self::new(notification_type.into(), recipients, None)
    }

    /// For all who subscribed to a topic.
    pub fn to_topic(notification_type: impl Into<String>, topic: impl Into<String>) -> Self {
        Self::new(notification_type.into(), Vec::new(), Some(topic.into()))
    }

    fn new(notification_type: String, recipients: Vec<String>, topic: Option<String>) -> Self {
        Self {
            notification_type,
            recipients,
            topic,
            content: Map::new(),
            channels: Vec::new(),
            priority: None,
            level: None,
            title: None,
            body: None,
            link: None,
            actions: Vec::new(),
            send_at: None,
            expires_at: None,
            collapse_key: None,
            idempotency_key: None,
        }
    }

    /// Adds a field of the content.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.content.insert(name.into(), value.into());
        self
    }

    /// Sets the headline.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// Sets the text.
    #[must_use]
    pub fn body(mut self, body: impl Into<String>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// Sets what a click opens.
    #[must_use]
    pub fn link(mut self, link: impl Into<String>) -> Self {
        self.link = Some(link.into());
        self
    }

    /// Adds a button that opens a link; its id is the caller's own.
    #[must_use]
    pub fn action(
        mut self,
        id: impl Into<String>,
        title: impl Into<String>,
        link: impl Into<String>,
    ) -> Self {
        self.actions.push(Action {
            id: id.into(),
            title: title.into(),
            link: link.into(),
        });
        self
    }

    /// Adds a channel; without any, all are used.
    #[must_use]
    pub fn channel(mut self, channel: Channel) -> Self {
        self.channels.push(channel);
        self
    }

    /// Says how urgent it is.
    #[must_use]
    pub fn priority(mut self, priority: Priority) -> Self {
        self.priority = Some(priority);
        self
    }

    /// Says how severe it is, instead of how urgent.
    #[must_use]
    pub fn level(mut self, level: Level) -> Self {
        self.level = Some(level);
        self
    }

    /// Holds it back until then.
    #[must_use]
    pub fn send_at(mut self, moment: SystemTime) -> Self {
        self.send_at = Some(moment);
        self
    }

    /// Makes it void after that.
    #[must_use]
    pub fn expires_at(mut self, moment: SystemTime) -> Self {
        self.expires_at = Some(moment);
        self
    }

    /// Lets a newer one with the same key take its place.
    #[must_use]
    pub fn collapse_key(mut self, key: impl Into<String>) -> Self {
        self.collapse_key = Some(key.into());
        self
    }

    /// Sets the caller's own key.
    #[must_use]
    pub fn idempotency_key(mut self, key: IdempotencyKey) -> Self {
        self.idempotency_key = Some(key);
        self
    }
}

impl Request for Notification {
    const PATH: &'static str = "/api/v1/notifications";

    fn key(&self) -> Option<&IdempotencyKey> {
        self.idempotency_key.as_ref()
    }

    fn recipients(&self) -> Option<Vec<&str>> {
        let known = self.topic.is_none();
        known.then(|| self.recipients.iter().map(String::as_str).collect())
    }

    fn expires_at(&self) -> Option<SystemTime> {
        self.expires_at
    }
}

fn moment<S: Serializer>(moment: &Option<SystemTime>, serializer: S) -> Result<S::Ok, S::Error> {
    let moment = moment.map(|at| humantime::format_rfc3339_millis(at).to_string());
    moment.serialize(serializer)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_left_out_is_not_written() {
        let least = Notification::to_users("ping", ["u1"]).with("n", 1);
        assert_eq!(
            serde_json::to_value(&least).unwrap(),
            json!({"notification_type": "ping", "recipients": ["u1"], "content": {"n": 1}})
        );
    }

    #[test]
    fn everything_has_the_apis_names() {
        let all = Notification::to_topic("ping", "news")
            .title("t")
            .body("b")
            .channel(Channel::InApp)
            .priority(Priority::High)
            .send_at(UNIX_EPOCH)
            .expires_at(UNIX_EPOCH + Duration::from_millis(1500))
            .collapse_key("c")
            .idempotency_key(IdempotencyKey::random());
        assert_eq!(
            serde_json::to_value(&all).unwrap(),
            json!({"notification_type": "ping", "topic": "news", "content": {}, "channels": ["in_app"],
                "priority": "high", "title": "t", "body": "b", "send_at": "1970-01-01T00:00:00.000Z",
                "expires_at": "1970-01-01T00:00:01.500Z", "collapse_key": "c"})
        );
    }
}
