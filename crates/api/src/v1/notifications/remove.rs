//! `DELETE /api/v1/notifications/{id}`.

use axum::Json;

use super::change::{ChangeBody, Mine};
use crate::problem::{Problem, ProblemDocument};
use crate::v1::responses::Guarded;

/// Permanently deletes one of the caller's notifications.
///
/// Its texts are erased, it disappears from the inbox, and its pending deliveries are cancelled. Deleting it again
/// answers 404.
#[utoipa::path(
    delete,
    operation_id = "delete_notification",
    path = "/api/v1/notifications/{id}",
    tag = "users",
    security(("bearer" = ["inbox"])),
    params(("id" = uuid::Uuid, Path, description = "Id of the notification")),
    responses(
        (status = 200, description = "Deleted", body = ChangeBody,
            example = json!({"success": true, "message": "Notification deleted successfully"})),
        (status = 404, description = "The caller has no notification with this id", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
    ),
)]
pub(super) async fn remove(mine: Mine) -> Result<Json<ChangeBody>, Problem> {
    mine.delete("Notification deleted successfully").await
}
