//! `GET /api/v1/topics/{key}`: a topic in numbers.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_domain::TopicKey;
use campanile_storage::{Storage, Topic};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::topic_path::{TopicPath, not_found};
use crate::identity::Sender;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::responses::Guarded;

/// A topic.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Topic)]
pub(super) struct TopicBody {
    #[schema(value_type = String, example = "team:7")]
    key: TopicKey,
    /// Number of subscribers.
    subscribers: u64,
    /// When the topic was created.
    created_at: DateTime<Utc>,
    /// When users last subscribed or unsubscribed.
    updated_at: DateTime<Utc>,
}

impl From<Topic> for TopicBody {
    fn from(topic: Topic) -> Self {
        Self {
            key: topic.key,
            subscribers: topic.subscribers,
            created_at: topic.created_at,
            updated_at: topic.updated_at,
        }
    }
}

/// Retrieves a topic.
#[utoipa::path(
    get,
    operation_id = "get_topic",
    path = "/api/v1/topics/{key}",
    tag = "services",
    security(("bearer" = ["notifications:send"])),
    params(("key" = String, Path, description = "The topic", example = "team:7")),
    responses(
        (status = 200, description = "The topic", body = TopicBody),
        (status = 404, description = "The tenant has no topic with this key", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
    ),
)]
pub(super) async fn show(
    sender: Sender,
    TopicPath(topic): TopicPath,
    State(storage): State<Arc<dyn Storage>>,
) -> Result<Json<TopicBody>, Problem> {
    let found = storage.topic(sender.tenant(), &topic).await?;
    found.map(|topic| Json(topic.into())).ok_or_else(not_found)
}
