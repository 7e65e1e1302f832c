//! `POST /api/v1/notifications/{id}/cancel`: stops what of a notification has not left.

use axum::Json;
use axum::extract::State;
use campanile_app::inbox::Inboxes;
use campanile_domain::NotificationId;
use campanile_storage::CancelOutcome;
use serde::Serialize;
use utoipa::ToSchema;

use crate::identity::Sender;
use crate::problem::{Problem, ProblemCode, ProblemDocument};
use crate::v1::id_path::{IdPath, PathId};
use crate::v1::responses::Guarded;

/// The result of the cancellation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Cancelled)]
pub(super) struct CancelledBody {
    /// Number of cancelled deliveries; 1 for a notification that was not planned yet. Repeating the request returns
    /// 0.
    #[schema(example = 2)]
    cancelled: u64,
}

/// Cancels the pending deliveries of a notification.
///
/// A notification whose `send_at` is in the future is not sent at all and never appears in the inbox. A notification
/// that has already appeared stays in the inbox, and its pending pushes, emails and webhooks are cancelled. A
/// provider call that is already in progress is not interrupted.
#[utoipa::path(
    post,
    operation_id = "cancel_notification",
    path = "/api/v1/notifications/{id}/cancel",
    tag = "services",
    security(("bearer" = ["notifications:send"])),
    params(("id" = Uuid, Path, description = "Id of the notification")),
    responses(
        (status = 200, description = "The pending deliveries are cancelled", body = CancelledBody),
        (status = 404, description = "The tenant has no notification with this id", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 409, description = "All deliveries have already left or ended", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
    ),
)]
pub(super) async fn cancel(
    sender: Sender,
    State(inboxes): State<Inboxes>,
    IdPath(id): IdPath<NotificationId>,
) -> Result<Json<CancelledBody>, Problem> {
    let outcome = inboxes.cancel(sender.tenant(), id).await?;
    let outcome = outcome.ok_or_else(NotificationId::not_found)?;
    match outcome {
        CancelOutcome::Stopped { .. } => Ok(Json(CancelledBody {
            cancelled: outcome.stopped(),
        })),
        CancelOutcome::TooLate => Err(Problem::new(
            ProblemCode::NothingToCancel,
            "All deliveries of this notification have already left or ended",
        )),
    }
}
