//! A send to a topic, which becomes a notification for each of its subscribers.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    Action, Channel, FanoutId, InvalidName, Lane, Link, NotificationType, Priority, TenantId,
    TopicKey,
};

/// What a fan-out sends to all subscribers of a topic.
#[derive(Debug, Clone, PartialEq)]
pub struct Fanout {
    /// Time-ordered id, made at the accept.
    pub id: FanoutId,
    /// The owner of everything about it.
    pub tenant: TenantId,
    /// Key of the topic.
    pub topic: TopicKey,
    /// The event key.
    pub notification_type: NotificationType,
    /// The priority.
    pub priority: Priority,
    /// A short headline, if the caller gave one.
    pub title: Option<String>,
    /// A text, if the caller gave one.
    pub body: Option<String>,
    /// The caller's JSON object, as text.
    pub content: Arc<str>,
    /// What a click opens, if the caller gave it.
    pub link: Option<Link>,
    /// Buttons, if the caller gave any.
    pub actions: Vec<Action>,
    /// The channels the caller asked for; `None` means all that are configured and allowed.
    pub channels: Option<Vec<Channel>>,
    /// Not before this moment.
    pub send_at: Option<DateTime<Utc>>,
    /// Not after this moment.
    pub expires_at: Option<DateTime<Utc>>,
    /// The caller's key for "only the newest of these matters".
    pub collapse_key: Option<String>,
    /// The request's id, carried to every notification it becomes.
    pub correlation_id: String,
    /// When the request was accepted.
    pub created_at: DateTime<Utc>,
}

impl Fanout {
    /// The lane of all its notifications. However few subscribers there are, a topic is a fan-out:
    /// bulk, unless it is urgent.
    pub const fn lane(&self) -> Lane {
        self.priority.lane(usize::MAX)
    }

    /// When its first notification may be made.
    pub fn due_at(&self) -> DateTime<Utc> {
        self.send_at
            .map_or(self.created_at, |at| at.max(self.created_at))
    }

    /// Whether its notifications are shown in the users' inboxes.
    pub fn in_inbox(&self) -> bool {
        self.channels
            .as_ref()
            .is_none_or(|asked| asked.contains(&Channel::InApp))
    }
}

/// How far a fan-out is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FanoutStatus {
    /// Not begun: it waits for its time or its turn.
    Pending,
    /// Some subscribers have their notification.
    Running,
    /// All who are to have one do.
    Done,
    /// Cancelled: no more notifications are created, and those already created are recalled.
    Cancelled,
    /// Its deadline passed: the rest gets none.
    Expired,
}

impl FanoutStatus {
    /// Every status.
    pub const ALL: [Self; 5] = [
        Self::Pending,
        Self::Running,
        Self::Done,
        Self::Cancelled,
        Self::Expired,
    ];

    /// The name used in answers, rows and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }

    /// Whether nothing is left to be done.
    pub const fn is_final(self) -> bool {
        match self {
            Self::Pending | Self::Running => false,
            Self::Done | Self::Cancelled | Self::Expired => true,
        }
    }
}

impl std::str::FromStr for FanoutStatus {
    type Err = InvalidName;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|status| status.name() == name)
            .ok_or(InvalidName("not the status of a fan-out"))
    }
}
