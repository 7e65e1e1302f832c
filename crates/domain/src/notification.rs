//! One item for one user, and the status that is derived from its deliveries.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    Channel, DeliveryState, ItemTexts, NotificationId, NotificationType, Priority, TenantId, UserId,
};

/// One item for one user.
#[derive(Debug, Clone, PartialEq)]
pub struct Notification {
    /// Time-ordered id, made at the accept.
    pub id: NotificationId,
    /// The owner of everything about it.
    pub tenant: TenantId,
    /// The recipient.
    pub user_id: UserId,
    /// The event key.
    pub notification_type: NotificationType,
    /// The priority.
    pub priority: Priority,
    /// A short headline, if the caller gave one.
    pub title: Option<String>,
    /// A text, if the caller gave one.
    pub body: Option<String>,
    /// The caller's JSON object, as text; shared by all recipients of a request.
    pub content: Arc<str>,
    /// What its user sees of it; shared by recipients who see the same.
    pub item: Arc<ItemTexts>,
    /// The channels the caller asked for; `None` means all that are configured and allowed.
    pub channels: Option<Vec<Channel>>,
    /// Not before this moment.
    pub send_at: Option<DateTime<Utc>>,
    /// Not after this moment.
    pub expires_at: Option<DateTime<Utc>>,
    /// The caller's key for "only the newest of these matters".
    pub collapse_key: Option<String>,
    /// The request's id, carried to every log line about it.
    pub correlation_id: String,
    /// When the request was accepted.
    pub created_at: DateTime<Utc>,
}

impl Notification {
    /// The title that its user sees.
    pub fn shown_title(&self) -> Option<&str> {
        shown(&self.item.title, &self.title)
    }

    /// The text that its user sees.
    pub fn shown_body(&self) -> Option<&str> {
        shown(&self.item.body, &self.body)
    }

    /// Bytes of its texts, all of them.
    pub fn text_bytes(&self) -> usize {
        let text = |given: &Option<String>| given.as_ref().map_or(0, String::len);
        text(&self.title) + text(&self.body) + self.content.len() + self.item.bytes()
    }

    /// Whether it is shown in the user's inbox.
    pub fn in_inbox(&self) -> bool {
        self.channels
            .as_ref()
            .is_none_or(|asked| asked.contains(&Channel::InApp))
    }

    /// Whether no inbox will ever show it: its sender called it back before its time.
    pub fn is_never_shown(&self, cancelled_at: Option<DateTime<Utc>>) -> bool {
        is_before(cancelled_at, self.send_at)
    }
}

fn shown<'a>(made: &'a Option<String>, given: &'a Option<String>) -> Option<&'a str> {
    let text = made.as_deref().or(given.as_deref());
    text.filter(|text| !text.is_empty())
}

fn is_before(cancelled_at: Option<DateTime<Utc>>, send_at: Option<DateTime<Utc>>) -> bool {
    matches!((cancelled_at, send_at), (Some(cancelled), Some(due)) if cancelled < due)
}

/// What became of a notification; derived, never written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotificationStatus {
    /// Waits for its `send_at`.
    Scheduled,
    /// Something is still to be done.
    Pending,
    /// Nothing is left to do and it reached the user by at least one channel.
    Sent,
    /// A delivery of it is dead.
    Failed,
    /// No delivery was to be sent.
    Suppressed,
    /// It was cancelled.
    Cancelled,
    /// Its deadline passed.
    Expired,
}

impl NotificationStatus {
    /// The name used in answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Pending => "pending",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Suppressed => "suppressed",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }

    /// Derives the status. Pending deliveries come first, then failure, then success, so that a dead delivery is
    /// never hidden behind another channel's success. A notification in the inbox has reached the user, so deliveries
    /// cancelled because it was read there do not count. One that its sender cancelled (`cancelled_at`) before it was
    /// shown or sent is cancelled.
    pub fn derive(
        in_inbox: bool,
        send_at: Option<DateTime<Utc>>,
        cancelled_at: Option<DateTime<Utc>>,
        states: &[DeliveryState],
        now: DateTime<Utc>,
    ) -> Self {
        let any = |state| states.contains(&state);
        let is_scheduled = send_at.is_some_and(|at| at > now);
        let is_shown = in_inbox && !is_scheduled && !is_before(cancelled_at, send_at);
        let is_cancelled = any(DeliveryState::Cancelled) || cancelled_at.is_some();
        if states.iter().any(|s| s.is_open()) {
            Self::Pending
        } else if any(DeliveryState::Dead) {
            Self::Failed
        } else if is_cancelled && !any(DeliveryState::Sent) && !is_shown {
            Self::Cancelled
        } else if is_scheduled {
            Self::Scheduled
        } else if in_inbox || any(DeliveryState::Sent) {
            Self::Sent
        } else if any(DeliveryState::Expired) {
            Self::Expired
        } else if any(DeliveryState::Suppressed) {
            Self::Suppressed
        } else {
            Self::Pending
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use DeliveryState::{Cancelled, Dead, Queued, Sent, Suppressed};

    #[test]
    fn status_is_derived_from_the_deliveries() {
        let now = Utc::now();
        let later = Some(now + chrono::TimeDelta::hours(1));
        for (in_inbox, send_at, states, expected) in [
            // The sender did not cancel it.
            (true, None, &[][..], NotificationStatus::Sent),
            (false, None, &[], NotificationStatus::Pending),
            (true, later, &[], NotificationStatus::Scheduled),
            (true, None, &[Queued], NotificationStatus::Pending),
            (true, None, &[Sent, Dead], NotificationStatus::Failed),
            (false, None, &[Sent, Suppressed], NotificationStatus::Sent),
            (false, None, &[Suppressed], NotificationStatus::Suppressed),
            // Read in the inbox, so the email was cancelled.
            (true, None, &[Cancelled], NotificationStatus::Sent),
            (true, None, &[Cancelled, Dead], NotificationStatus::Failed),
            (false, None, &[Cancelled], NotificationStatus::Cancelled),
            (false, None, &[Cancelled, Sent], NotificationStatus::Sent),
            (true, later, &[Cancelled], NotificationStatus::Cancelled),
        ] {
            let status = NotificationStatus::derive(in_inbox, send_at, None, states, now);
            assert_eq!(status, expected);
        }
        let past = Some(now - chrono::TimeDelta::minutes(1));
        for (in_inbox, send_at, states, expected) in [
            // Cancelled an hour ago.
            (true, later, &[][..], NotificationStatus::Cancelled),
            (true, past, &[], NotificationStatus::Cancelled),
            (true, past, &[Cancelled], NotificationStatus::Cancelled),
            (false, None, &[], NotificationStatus::Cancelled),
            (true, None, &[Cancelled], NotificationStatus::Sent),
            (false, None, &[Sent, Cancelled], NotificationStatus::Sent),
        ] {
            let cancelled = Some(now - chrono::TimeDelta::hours(1));
            let status = NotificationStatus::derive(in_inbox, send_at, cancelled, states, now);
            assert_eq!(status, expected, "{in_inbox} {send_at:?} {states:?}");
        }
    }
}
