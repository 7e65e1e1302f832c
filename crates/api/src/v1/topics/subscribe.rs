//! `PUT /api/v1/topics/{key}/subscribers`: users come to a topic.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_app::topics;
use campanile_domain::Clock;
use campanile_storage::Storage;

use super::subscribers_body::{SubscribersBody, SubscribersRequest, users_of};
use super::topic_path::TopicPath;
use crate::identity::Sender;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::json_body::JsonBody;
use crate::v1::responses::{Guarded, ReadsBody};

/// Subscribes users to a topic. Creates the topic if it does not exist.
///
/// Users already subscribed stay subscribed. Users need not be created first. To subscribe more users than one call
/// accepts, call again.
#[utoipa::path(
    put,
    operation_id = "subscribe",
    path = "/api/v1/topics/{key}/subscribers",
    tag = "services",
    security(("bearer" = ["notifications:send"])),
    params(("key" = String, Path, description = "The topic: 1 to 128 characters of a-z, 0-9, _, ., : and -, the first a letter or a digit", example = "team:7")),
    request_body(content = SubscribersRequest, content_type = "application/json",
        example = json!({"user_ids": ["u1", "u2"]})),
    responses(
        (status = 200, description = "The users are subscribed", body = SubscribersBody),
        (status = 404, description = "Not a valid topic key", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
        ReadsBody,
    ),
)]
pub(super) async fn subscribe(
    sender: Sender,
    TopicPath(topic): TopicPath,
    State(storage): State<Arc<dyn Storage>>,
    State(clock): State<Arc<dyn Clock>>,
    body: JsonBody,
) -> Result<Json<SubscribersBody>, Problem> {
    let users = body.read(users_of).await??;
    let (storage, clock) = (storage.as_ref(), clock.as_ref());
    let done = topics::subscribe(storage, clock, sender.tenant(), &topic, &users);
    Ok(Json(SubscribersBody {
        subscribers: done.await?,
    }))
}
