//! `POST /api/v1/fanouts/{id}/cancel`: a send to a topic goes no further.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_domain::Clock;
use campanile_storage::{CancelFanout, Storage};
use chrono::SubsecRound;

use super::fanout_body::FanoutBody;
use super::fanout_path::{FanoutPath, not_found};
use crate::identity::Sender;
use crate::problem::{Problem, ProblemCode, ProblemDocument};
use crate::v1::responses::Guarded;

/// Calls off what a send to a topic has not made yet.
///
/// Who has their notification keeps it; the answer says how many these are.
#[utoipa::path(
    post,
    operation_id = "cancel_fanout",
    path = "/api/v1/fanouts/{id}/cancel",
    tag = "services",
    security(("bearer" = ["notifications:send"])),
    params(("id" = Uuid, Path, description = "`fanout_id` of the answer to the send")),
    responses(
        (status = 200, description = "It goes no further", body = FanoutBody),
        (status = 404, description = "No such fan-out", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 409, description = "It is over already", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
    ),
)]
pub(super) async fn cancel(
    sender: Sender,
    FanoutPath(id): FanoutPath,
    State(storage): State<Arc<dyn Storage>>,
    State(clock): State<Arc<dyn Clock>>,
) -> Result<Json<FanoutBody>, Problem> {
    let now = clock.now().trunc_subsecs(6);
    let cancelled = storage.cancel_fanout(sender.tenant(), id, now).await?;
    match cancelled.ok_or_else(not_found)? {
        CancelFanout::Cancelled(progress) => Ok(Json(progress.into())),
        CancelFanout::Finished(progress) => Err(Problem::new(
            ProblemCode::FanoutFinished,
            format!("The fan-out is over already: {}", progress.status.name()),
        )),
    }
}
