//! `PUT /api/v1/notifications/{id}/unread`.

use axum::Json;
use campanile_domain::InboxChange;

use super::change::{ChangeBody, Mine};
use crate::problem::{Problem, ProblemDocument};
use crate::v1::responses::Guarded;

/// Marks one of the caller's notifications as unread again.
///
/// What reading it has cancelled stays cancelled.
#[utoipa::path(
    put,
    operation_id = "unread_notification",
    path = "/api/v1/notifications/{id}/unread",
    tag = "users",
    security(("bearer" = ["inbox"])),
    params(("id" = uuid::Uuid, Path, description = "The notification")),
    responses(
        (status = 200, description = "Done, now or before", body = ChangeBody,
            example = json!({"success": true, "message": "Notification marked as unread"})),
        (status = 404, description = "No such notification of the caller", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
    ),
)]
pub(super) async fn unread(mine: Mine) -> Result<Json<ChangeBody>, Problem> {
    let message = "Notification marked as unread";
    mine.change(InboxChange::Unread, message).await
}
