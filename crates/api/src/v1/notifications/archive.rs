//! `PUT /api/v1/notifications/{id}/archive`.

use axum::Json;
use campanile_domain::InboxChange;

use super::change::{ChangeBody, Mine};
use crate::problem::{Problem, ProblemDocument};
use crate::v1::responses::Guarded;

/// Moves one of the caller's notifications to the archive.
///
/// It is listed with `archived=true` only and no longer counted. As with reading it, what has not been
/// handed to a provider yet is cancelled.
#[utoipa::path(
    put,
    operation_id = "archive_notification",
    path = "/api/v1/notifications/{id}/archive",
    tag = "users",
    security(("bearer" = ["inbox"])),
    params(("id" = uuid::Uuid, Path, description = "The notification")),
    responses(
        (status = 200, description = "Done, now or before", body = ChangeBody,
            example = json!({"success": true, "message": "Notification archived"})),
        (status = 404, description = "No such notification of the caller", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
    ),
)]
pub(super) async fn archive(mine: Mine) -> Result<Json<ChangeBody>, Problem> {
    let message = "Notification archived";
    mine.change(InboxChange::Archive, message).await
}
