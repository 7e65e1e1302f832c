//! `PUT /api/v1/notifications/{id}/unread`.

use axum::Json;
use campanile_domain::InboxChange;

use super::change::{ChangeBody, Mine};
use crate::problem::{Problem, ProblemDocument};
use crate::v1::responses::Guarded;

/// Marks one of the caller's notifications as unread again.
///
/// Deliveries that were cancelled when it was read stay cancelled.
#[utoipa::path(
    put,
    operation_id = "unread_notification",
    path = "/api/v1/notifications/{id}/unread",
    tag = "users",
    security(("bearer" = ["inbox"])),
    params(("id" = uuid::Uuid, Path, description = "Id of the notification")),
    responses(
        (status = 200, description = "The notification has this state, now or already before", body = ChangeBody,
            example = json!({"success": true, "message": "Notification marked as unread"})),
        (status = 404, description = "The caller has no notification with this id", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
    ),
)]
pub(super) async fn unread(mine: Mine) -> Result<Json<ChangeBody>, Problem> {
    let message = "Notification marked as unread";
    mine.change(InboxChange::Unread, message).await
}
