//! What a caller wants sent, already checked.

use std::sync::Arc;

use campanile_domain::{Action, Channel, Lane, Link, NotificationType, Priority, UserId};
use chrono::{DateTime, TimeDelta, Utc};

/// A valid request to send.
#[derive(Debug, Clone, PartialEq)]
pub struct SendRequest {
    /// The event key.
    pub notification_type: NotificationType,
    /// 1 to 1,000 users, each once.
    pub recipients: Vec<UserId>,
    /// A JSON object, as it was written but for white space.
    pub content: Arc<str>,
    /// `None`: all that are configured and allowed.
    pub channels: Option<Vec<Channel>>,
    /// The priority.
    pub priority: Priority,
    /// The title.
    pub title: Option<String>,
    /// The body text.
    pub body: Option<String>,
    /// What a click opens.
    pub link: Option<Link>,
    /// Buttons.
    pub actions: Vec<Action>,
    /// Not before; only what is ahead.
    pub send_at: Option<DateTime<Utc>>,
    /// The same as its caller wrote it, be it ahead or past: the same request says the same later.
    pub send_at_as_written: Option<DateTime<Utc>>,
    /// `expires_at` of the send.
    pub expires_at: Option<DateTime<Utc>>,
    /// Whether that has passed: such a request is not accepted any more, only answered as before.
    pub is_late: bool,
    /// Notifications with the same key replace each other on devices; only the newest is shown.
    pub collapse_key: Option<String>,
    /// The lane it takes where its priority is not to choose it.
    pub lane: Option<Lane>,
}

/// What a recipient takes besides the texts.
const RECIPIENT_BYTES: usize = 512;
/// How long a test is of use.
const TEST_LIFE: TimeDelta = TimeDelta::minutes(5);

impl SendRequest {
    /// A test to one user, without texts: it goes ahead of everything that is not critical, and expires after five
    /// minutes.
    pub fn test(
        of: NotificationType,
        user: UserId,
        content: Arc<str>,
        channels: Vec<Channel>,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            notification_type: of,
            recipients: vec![user],
            content,
            channels: Some(channels),
            priority: Priority::Normal,
            title: None,
            body: None,
            link: None,
            actions: Vec::new(),
            send_at: None,
            send_at_as_written: None,
            expires_at: Some(now + TEST_LIFE),
            is_late: false,
            collapse_key: None,
            lane: Some(Lane::Critical),
        }
    }

    /// Bytes that its notifications take while they wait to be written, about.
    pub(crate) fn stored_bytes(&self) -> usize {
        self.expanded_bytes() + self.recipients.len() * RECIPIENT_BYTES
    }

    /// Bytes of text that its notifications hold together, one copy each.
    pub fn expanded_bytes(&self) -> usize {
        self.recipients.len() * self.text_bytes()
    }

    fn text_bytes(&self) -> usize {
        let text = |given: &Option<String>| given.as_ref().map_or(0, String::len);
        let link = self.link.as_ref().map_or(0, |link| link.as_str().len());
        let actions: usize = self.actions.iter().map(Action::bytes).sum();
        self.content.len() + text(&self.title) + text(&self.body) + link + actions
    }
}
