//! What a request is made from.

use campanile_domain::{DeliveryId, Notification};
use chrono::{DateTime, Utc};

/// One delivery as a recipe sees it.
#[derive(Debug, Clone, Copy)]
pub struct Message<'a> {
    /// The same on every attempt.
    pub delivery_id: DeliveryId,
    /// The content.
    pub notification: &'a Notification,
    /// One line for people.
    pub title: &'a str,
    /// The text for people.
    pub text: &'a str,
    /// The moment of the call.
    pub now: DateTime<Utc>,
}

impl<'a> Message<'a> {
    /// Title and text, of which the text is never empty: services refuse messages without one.
    pub(crate) fn title_and_text(&self) -> (Option<&'a str>, &'a str) {
        let of = |text: &'a str| Some(text.trim()).filter(|text| !text.is_empty());
        match (of(self.title), of(self.text)) {
            (title, Some(text)) => (title.filter(|title| *title != text), text),
            (Some(title), None) => (None, title),
            (None, None) => (None, self.notification.notification_type.as_str()),
        }
    }

    /// Whole seconds until the message expires.
    pub(crate) fn ttl(&self, max: Option<u64>) -> Option<u64> {
        let left = (self.notification.expires_at? - self.now).num_seconds();
        let left = u64::try_from(left).unwrap_or(0).max(1);
        Some(max.map_or(left, |max| left.min(max)))
    }
}
