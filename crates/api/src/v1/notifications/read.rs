//! `PUT /api/v1/notifications/{id}/read`.

use axum::Json;
use campanile_domain::InboxChange;

use super::change::{ChangeBody, Mine};
use crate::problem::{Problem, ProblemDocument};
use crate::v1::responses::Guarded;

/// Marks one of the caller's notifications as read.
///
/// Its pending deliveries on other channels are cancelled.
#[utoipa::path(
    put,
    operation_id = "read_notification",
    path = "/api/v1/notifications/{id}/read",
    tag = "users",
    security(("bearer" = ["inbox"])),
    params(("id" = uuid::Uuid, Path, description = "Id of the notification")),
    responses(
        (status = 200, description = "The notification has this state, now or already before", body = ChangeBody,
            example = json!({"success": true, "message": "Notification marked as read"})),
        (status = 404, description = "The caller has no notification with this id", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
    ),
)]
pub(super) async fn read(mine: Mine) -> Result<Json<ChangeBody>, Problem> {
    let message = "Notification marked as read";
    mine.change(InboxChange::Read, message).await
}
