//! `GET /api/v1/fanouts/{id}`: how far a send to a topic is.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_domain::FanoutId;
use campanile_storage::Storage;

use super::fanout_body::FanoutBody;
use crate::identity::Sender;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::id_path::{IdPath, PathId};
use crate::v1::responses::Guarded;

/// Retrieves the progress of a fan-out (a send to a topic).
#[utoipa::path(
    get,
    operation_id = "get_fanout",
    path = "/api/v1/fanouts/{id}",
    tag = "services",
    security(("bearer" = ["notifications:send"])),
    params(("id" = Uuid, Path, description = "`fanout_id` from the answer to the send")),
    responses(
        (status = 200, description = "The fan-out and its progress", body = FanoutBody),
        (status = 404, description = "The tenant has no fan-out with this id", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
    ),
)]
pub(super) async fn show(
    sender: Sender,
    IdPath(id): IdPath<FanoutId>,
    State(storage): State<Arc<dyn Storage>>,
) -> Result<Json<FanoutBody>, Problem> {
    let found = storage.fanout(sender.tenant(), id).await?;
    found
        .map(|progress| Json(progress.into()))
        .ok_or_else(FanoutId::not_found)
}
