//! `PUT /api/v1/notifications/{id}/seen`.

use axum::Json;
use campanile_domain::InboxChange;

use super::change::{ChangeBody, Mine};
use crate::problem::{Problem, ProblemDocument};
use crate::v1::responses::Guarded;

/// Marks one of the caller's notifications as seen: it was shown, but need not have been read.
///
/// It stays unread, and its pushes and mails go on.
#[utoipa::path(
    put,
    operation_id = "see_notification",
    path = "/api/v1/notifications/{id}/seen",
    tag = "users",
    security(("bearer" = ["inbox"])),
    params(("id" = uuid::Uuid, Path, description = "The notification")),
    responses(
        (status = 200, description = "Done, now or before", body = ChangeBody,
            example = json!({"success": true, "message": "Notification marked as seen"})),
        (status = 404, description = "No such notification of the caller", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
    ),
)]
pub(super) async fn seen(mine: Mine) -> Result<Json<ChangeBody>, Problem> {
    let message = "Notification marked as seen";
    mine.change(InboxChange::Seen, message).await
}
