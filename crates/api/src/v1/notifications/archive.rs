//! `PUT /api/v1/notifications/{id}/archive`.

use axum::Json;
use campanile_domain::InboxChange;

use super::change::{ChangeBody, Mine};
use crate::problem::{Problem, ProblemDocument};
use crate::v1::responses::Guarded;

/// Archives one of the caller's notifications.
///
/// An archived notification is listed only with `archived=true` and is not counted. Its pending deliveries are
/// cancelled, as when it is read.
#[utoipa::path(
    put,
    operation_id = "archive_notification",
    path = "/api/v1/notifications/{id}/archive",
    tag = "users",
    security(("bearer" = ["inbox"])),
    params(("id" = uuid::Uuid, Path, description = "Id of the notification")),
    responses(
        (status = 200, description = "The notification has this state, now or already before", body = ChangeBody,
            example = json!({"success": true, "message": "Notification archived"})),
        (status = 404, description = "The caller has no notification with this id", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
    ),
)]
pub(super) async fn archive(mine: Mine) -> Result<Json<ChangeBody>, Problem> {
    let message = "Notification archived";
    mine.change(InboxChange::Archive, message).await
}
