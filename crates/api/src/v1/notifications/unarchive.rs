//! `PUT /api/v1/notifications/{id}/unarchive`.

use axum::Json;
use campanile_domain::InboxChange;

use super::change::{ChangeBody, Mine};
use crate::problem::{Problem, ProblemDocument};
use crate::v1::responses::Guarded;

/// Returns one of the caller's notifications from the archive to the inbox.
///
/// Its read state does not change.
#[utoipa::path(
    put,
    operation_id = "unarchive_notification",
    path = "/api/v1/notifications/{id}/unarchive",
    tag = "users",
    security(("bearer" = ["inbox"])),
    params(("id" = uuid::Uuid, Path, description = "Id of the notification")),
    responses(
        (status = 200, description = "The notification has this state, now or already before", body = ChangeBody,
            example = json!({"success": true, "message": "Notification moved back to the inbox"})),
        (status = 404, description = "The caller has no notification with this id", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
    ),
)]
pub(super) async fn unarchive(mine: Mine) -> Result<Json<ChangeBody>, Problem> {
    let message = "Notification moved back to the inbox";
    mine.change(InboxChange::Unarchive, message).await
}
