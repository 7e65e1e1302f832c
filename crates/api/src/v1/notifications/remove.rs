//! `DELETE /api/v1/notifications/{id}`.

use axum::Json;

use super::change::{ChangeBody, Mine};
use crate::problem::{Problem, ProblemDocument};
use crate::v1::responses::Guarded;

/// Deletes one of the caller's notifications for good.
///
/// Nobody sees it any more, its texts are gone, and what has not been handed to a provider yet is
/// cancelled. Deleting it again answers 404, as for any that is not there.
#[utoipa::path(
    delete,
    operation_id = "delete_notification",
    path = "/api/v1/notifications/{id}",
    tag = "users",
    security(("bearer" = ["inbox"])),
    params(("id" = uuid::Uuid, Path, description = "The notification")),
    responses(
        (status = 200, description = "Deleted", body = ChangeBody,
            example = json!({"success": true, "message": "Notification deleted successfully"})),
        (status = 404, description = "No such notification of the caller", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
    ),
)]
pub(super) async fn remove(mine: Mine) -> Result<Json<ChangeBody>, Problem> {
    mine.delete("Notification deleted successfully").await
}
