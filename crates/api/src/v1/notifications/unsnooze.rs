//! `PUT /api/v1/notifications/{id}/unsnooze`.

use axum::Json;
use campanile_domain::InboxChange;

use super::change::{ChangeBody, Mine};
use crate::problem::{Problem, ProblemDocument};
use crate::v1::responses::Guarded;

/// Ends the snooze of one of the caller's notifications.
///
/// It returns to the inbox immediately.
#[utoipa::path(
    put,
    operation_id = "unsnooze_notification",
    path = "/api/v1/notifications/{id}/unsnooze",
    tag = "users",
    security(("bearer" = ["inbox"])),
    params(("id" = uuid::Uuid, Path, description = "Id of the notification")),
    responses(
        (status = 200, description = "The notification has this state, now or already before", body = ChangeBody,
            example = json!({"success": true, "message": "Notification returned to the inbox"})),
        (status = 404, description = "The caller has no notification with this id", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
    ),
)]
pub(super) async fn unsnooze(mine: Mine) -> Result<Json<ChangeBody>, Problem> {
    let message = "Notification returned to the inbox";
    mine.change(InboxChange::Unsnooze, message).await
}
