//! How a fan-out stands, as it is written.

use campanile_domain::{FanoutId, FanoutStatus, TopicKey};
use campanile_fields::kinds::NameOf;
use campanile_storage::FanoutProgress;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// A fan-out: a send to a topic.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Fanout)]
pub(super) struct FanoutBody {
    #[schema(value_type = Uuid)]
    id: FanoutId,
    /// Key of the topic.
    #[schema(value_type = String, example = "team:7")]
    topic: TopicKey,
    /// State of the fan-out.
    #[schema(value_type = FanoutStatusName, example = "running")]
    status: FanoutStatus,
    /// Number of subscribers when the request was accepted.
    #[schema(example = 100_000)]
    accepted: u64,
    /// Number of notifications created so far. Users who unsubscribe before the fan-out reaches them get none.
    #[schema(example = 42_500)]
    expanded: u64,
    /// Number of notifications of which the recall cancelled at least one delivery.
    #[schema(example = 0)]
    recalled: u64,
    /// Whether the fan-out was cancelled and the recall is still running.
    recalling: bool,
    /// `send_at` of the send.
    send_at: Option<DateTime<Utc>>,
    /// `expires_at` of the send.
    expires_at: Option<DateTime<Utc>>,
    /// When the request was accepted.
    created_at: DateTime<Utc>,
    /// When the fan-out last made progress.
    updated_at: DateTime<Utc>,
    /// When the fan-out ended: done, cancelled or expired.
    finished_at: Option<DateTime<Utc>>,
}

/// The names of the states.
type FanoutStatusName = NameOf<FanoutStatus>;

impl From<FanoutProgress> for FanoutBody {
    fn from(progress: FanoutProgress) -> Self {
        Self {
            id: progress.id,
            topic: progress.topic,
            status: progress.status,
            accepted: progress.accepted,
            expanded: progress.expanded,
            recalled: progress.recalled,
            recalling: progress.recalling,
            send_at: progress.send_at,
            expires_at: progress.expires_at,
            created_at: progress.created_at,
            updated_at: progress.updated_at,
            finished_at: progress.finished_at,
        }
    }
}
