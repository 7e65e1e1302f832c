//! `DELETE /api/v1/topics/{key}/subscribers`: users leave a topic.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_app::topics;
use campanile_domain::Clock;
use campanile_storage::Storage;

use super::subscribers_body::{SubscribersBody, SubscribersRequest, users_of};
use super::topic_path::{TopicPath, not_found};
use crate::identity::Sender;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::json_body::JsonBody;
use crate::v1::responses::{Guarded, ReadsBody};

/// Unsubscribes users from a topic.
///
/// Users who are not subscribed are ignored. A running fan-out does not create notifications for unsubscribed users
/// it has not reached yet. The topic remains when its last subscriber leaves.
#[utoipa::path(
    delete,
    operation_id = "unsubscribe",
    path = "/api/v1/topics/{key}/subscribers",
    tag = "services",
    security(("bearer" = ["notifications:send"])),
    params(("key" = String, Path, description = "The topic", example = "team:7")),
    request_body(content = SubscribersRequest, content_type = "application/json",
        example = json!({"user_ids": ["u2"]})),
    responses(
        (status = 200, description = "The users are not subscribed", body = SubscribersBody),
        (status = 404, description = "The tenant has no topic with this key", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
        ReadsBody,
    ),
)]
pub(super) async fn unsubscribe(
    sender: Sender,
    TopicPath(topic): TopicPath,
    State(storage): State<Arc<dyn Storage>>,
    State(clock): State<Arc<dyn Clock>>,
    body: JsonBody,
) -> Result<Json<SubscribersBody>, Problem> {
    let users = body.read(users_of).await??;
    let (storage, clock) = (storage.as_ref(), clock.as_ref());
    let done = topics::unsubscribe(storage, clock, sender.tenant(), &topic, &users);
    let subscribers = done.await?.ok_or_else(not_found)?;
    Ok(Json(SubscribersBody { subscribers }))
}
