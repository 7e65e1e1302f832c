//! How a fan-out stands, as it is written.

use campanile_domain::{FanoutId, FanoutStatus, TopicKey};
use campanile_storage::FanoutProgress;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// A send to a topic.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Fanout)]
pub(super) struct FanoutBody {
    #[schema(value_type = Uuid)]
    id: FanoutId,
    /// Whose subscribers.
    #[schema(value_type = String, example = "team:7")]
    topic: TopicKey,
    /// How far it is.
    #[schema(value_type = FanoutStatusName, example = "running")]
    status: FanoutStatus,
    /// How many were subscribed when it was accepted.
    #[schema(example = 100_000)]
    accepted: u64,
    /// How many of them have their notification. Who has unsubscribed before their turn never does.
    #[schema(example = 42_500)]
    expanded: u64,
    /// How many of those were called back, at least in part, before they had left.
    #[schema(example = 0)]
    recalled: u64,
    /// Whether it was called off and others are still being called back.
    recalling: bool,
    /// Not before.
    send_at: Option<DateTime<Utc>>,
    /// Not after.
    expires_at: Option<DateTime<Utc>>,
    /// When it was accepted.
    created_at: DateTime<Utc>,
    /// When it last went on.
    updated_at: DateTime<Utc>,
    /// When it was over: done, cancelled or expired.
    finished_at: Option<DateTime<Utc>>,
}

/// How far a send to a topic is.
#[derive(ToSchema)]
#[schema(as = FanoutStatus, rename_all = "snake_case")]
#[expect(dead_code, reason = "describes the domain's type")]
enum FanoutStatusName {
    Pending,
    Running,
    Done,
    Cancelled,
    Expired,
}

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
