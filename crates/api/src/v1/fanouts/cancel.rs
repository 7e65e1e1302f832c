//! `POST /api/v1/fanouts/{id}/cancel`: a send to a topic goes no further, and what it made is called back.

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

/// Calls off a send to a topic: the rest is not made, and what was made is called back.
///
/// Of the notifications that were made, the pushes, mails and webhooks that have not left are cancelled
/// from then on, step by step; `recalling` is true until all have been looked at, and `recalled` counts
/// those of which something was stopped. What an inbox shows stays there, and a call to a provider that has
/// begun is not recalled. One that is done, or expired, can be called off as well. A repetition gets 200 and
/// changes nothing.
#[utoipa::path(
    post,
    operation_id = "cancel_fanout",
    path = "/api/v1/fanouts/{id}/cancel",
    tag = "services",
    security(("bearer" = ["notifications:send"])),
    params(("id" = Uuid, Path, description = "`fanout_id` of the answer to the send")),
    responses(
        (status = 200, description = "It is called off", body = FanoutBody),
        (status = 404, description = "No such fan-out", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 409, description = "It is over, and it is not known that it made anything", body = ProblemDocument, content_type = "application/problem+json"),
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
            format!(
                "The fan-out is over, and nothing is known that could be called back: {}",
                progress.status.name()
            ),
        )),
    }
}
