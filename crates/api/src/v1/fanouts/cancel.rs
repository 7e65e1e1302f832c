//! `POST /api/v1/fanouts/{id}/cancel`: cancels a fan-out and recalls its notifications.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_app::fanouts;
use campanile_domain::{Clock, FanoutId};
use campanile_storage::{CancelFanout, Storage};

use super::fanout_body::FanoutBody;
use crate::identity::Sender;
use crate::problem::{Problem, ProblemCode, ProblemDocument};
use crate::v1::id_path::{IdPath, PathId};
use crate::v1::responses::Guarded;

/// Cancels a fan-out: stops creating notifications and recalls those already created.
///
/// The recall cancels the pending pushes, emails and webhooks of the notifications already created, in batches.
/// `recalling` is `true` until it is complete; `recalled` counts the notifications of which at least one delivery was
/// cancelled. Notifications stay in the inbox, and a provider call that is already in progress is not interrupted. A
/// fan-out that is done or expired can be cancelled too. Repeating the request answers 200 and changes nothing.
#[utoipa::path(
    post,
    operation_id = "cancel_fanout",
    path = "/api/v1/fanouts/{id}/cancel",
    tag = "services",
    security(("bearer" = ["notifications:send"])),
    params(("id" = Uuid, Path, description = "`fanout_id` from the answer to the send")),
    responses(
        (status = 200, description = "The fan-out is cancelled", body = FanoutBody),
        (status = 404, description = "The tenant has no fan-out with this id", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 409, description = "The fan-out has ended and there is no record of notifications to recall", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
    ),
)]
pub(super) async fn cancel(
    sender: Sender,
    IdPath(id): IdPath<FanoutId>,
    State(storage): State<Arc<dyn Storage>>,
    State(clock): State<Arc<dyn Clock>>,
) -> Result<Json<FanoutBody>, Problem> {
    let (storage, clock) = (storage.as_ref(), clock.as_ref());
    let cancelled = fanouts::cancel(storage, clock, sender.tenant(), id).await?;
    match cancelled.ok_or_else(FanoutId::not_found)? {
        CancelFanout::Cancelled(progress) => Ok(Json(progress.into())),
        CancelFanout::Finished(progress) => Err(Problem::new(
            ProblemCode::FanoutFinished,
            format!(
                "The fan-out has ended with status {} and there is no record of notifications to recall",
                progress.status.name()
            ),
        )),
    }
}
