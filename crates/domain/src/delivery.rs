//! One notification through one channel to one address, and its attempts.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Channel, DeliveryId, NotificationId, Reactions};

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// Waits for its first attempt.
    Queued,
    /// Held back until a moment, without having failed.
    Deferred,
    /// Failed at least once and waits for its next attempt.
    Retrying,
    /// The provider took it. Final.
    Sent,
    /// Never to be sent, for a reason. Final.
    Suppressed,
    /// Its deadline passed. Final.
    Expired,
    /// Cancelled before it left. Final.
    Cancelled,
    /// Out of attempts or impossible; kept until replayed or purged.
    Dead,
}

impl DeliveryState {
    /// Every state.
    pub const ALL: [Self; 8] = [
        Self::Queued,
        Self::Deferred,
        Self::Retrying,
        Self::Sent,
        Self::Suppressed,
        Self::Expired,
        Self::Cancelled,
        Self::Dead,
    ];

    /// The name used in rows, answers, logs and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Deferred => "deferred",
            Self::Retrying => "retrying",
            Self::Sent => "sent",
            Self::Suppressed => "suppressed",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
            Self::Dead => "dead",
        }
    }

    /// Whether an attempt may still follow.
    pub const fn is_open(self) -> bool {
        match self {
            Self::Queued | Self::Deferred | Self::Retrying => true,
            Self::Sent | Self::Suppressed | Self::Expired | Self::Cancelled | Self::Dead => false,
        }
    }
}

impl fmt::Display for DeliveryState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl std::str::FromStr for DeliveryState {
    type Err = crate::InvalidName;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|s| s.name() == name)
            .ok_or(crate::InvalidName("unknown delivery state"))
    }
}

/// One call to a provider. Stored as JSON inside its delivery's row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attempt {
    /// The first is 1.
    pub number: u32,
    /// When the call began.
    pub started_at: DateTime<Utc>,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// The outcome's class ([`crate::OutcomeKind::name`]).
    pub outcome: String,
    /// The provider's own code.
    pub code: String,
    /// One readable sentence.
    pub detail: String,
    /// When the next attempt is due, if there is one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub retry_at: Option<DateTime<Utc>>,
    /// The account that made the call; unknown of attempts that were stored before it was.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub provider: Option<String>,
    /// Which words it sent; unknown of attempts that were stored before that was, and of those that sent none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub texts: Option<crate::TextsUsed>,
}

/// One deferral of a delivery: because of quiet hours, or because its account is not called now. Stored as JSON in
/// the delivery's row, because the row's reason is only the current one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deferral {
    /// When it was decided.
    pub at: DateTime<Utc>,
    /// Why, as a code.
    pub reason: String,
    /// Until when it was to wait.
    pub until: DateTime<Utc>,
}

impl Deferral {
    /// So many are kept of one delivery; a later one takes the place of the last.
    pub const KEPT: usize = 20;
}

/// One notification through one channel to one address, as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// A function of notification, channel and address.
    pub id: DeliveryId,
    /// What is delivered.
    pub notification_id: NotificationId,
    /// Through which channel.
    pub channel: Channel,
    /// To which address; never logged, shortened before it is shown.
    pub address: String,
    /// Where it stands.
    pub state: DeliveryState,
    /// Why, as a code, where the state alone does not say.
    pub reason: Option<String>,
    /// When the next attempt is due.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// Every finished call, oldest first.
    pub attempts: Vec<Attempt>,
    /// Every time it was held back for its user's sake, oldest first.
    pub deferrals: Vec<Deferral>,
    /// What its reader did with it, where that is tracked.
    pub reactions: Reactions,
    /// When the plan made it.
    pub created_at: DateTime<Utc>,
    /// When its state last changed.
    pub updated_at: DateTime<Utc>,
}
