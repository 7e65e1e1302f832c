//! What became of a notification.

use serde::Deserialize;
use uuid::Uuid;

/// Every decision about a notification and every attempt to deliver it. Moments are RFC 3339 texts.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Timeline {
    /// The notification.
    pub id: Uuid,
    /// Whose it is.
    pub user_id: String,
    /// Its event key.
    pub notification_type: String,
    /// Status over all channels.
    pub status: String,
    /// When the request was accepted.
    pub created_at: String,
    /// One planned delivery for each channel and address.
    pub deliveries: Vec<Delivery>,
    /// The events in chronological order.
    pub events: Vec<Event>,
}

/// One delivery: a channel and an address.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Delivery {
    /// Its id, which providers see.
    pub id: Uuid,
    /// The way.
    pub channel: String,
    /// The address, shortened.
    pub address: String,
    /// How it stands.
    pub status: String,
    /// Why, as a code.
    pub reason: Option<String>,
    /// When the next attempt is due.
    pub next_attempt_at: Option<String>,
    /// The calls made so far.
    pub attempts: Vec<Attempt>,
}

/// One call to a provider.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Attempt {
    /// From 1.
    pub number: u32,
    /// When it began.
    pub started_at: String,
    /// How long it took.
    pub duration_ms: u64,
    /// The class of the outcome.
    pub outcome: String,
    /// The provider's own code.
    pub code: String,
    /// What it said.
    pub detail: String,
    /// When the retry after this attempt was due.
    pub retry_at: Option<String>,
}

/// One event.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Event {
    /// When it was accepted.
    pub at: String,
    /// What.
    pub what: String,
    /// Why.
    pub why: Option<String>,
}
