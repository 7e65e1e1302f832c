//! `PUT /api/v1/notifications/{id}/snooze`.

use axum::Json;
use campanile_domain::InboxChange;

use super::change::{ChangeBody, Mine};
use super::snooze_body::{SnoozeBody, until};
use crate::problem::{Problem, ProblemDocument};
use crate::v1::json_body::JsonBody;
use crate::v1::responses::{Guarded, ReadsBody};

/// Snoozes one of the caller's notifications.
///
/// It is neither listed nor counted until the time given, then it returns. Another `until` replaces the first;
/// `unsnooze` returns it immediately. Its pending deliveries are not cancelled.
#[utoipa::path(
    put,
    operation_id = "snooze_notification",
    path = "/api/v1/notifications/{id}/snooze",
    tag = "users",
    security(("bearer" = ["inbox"])),
    params(("id" = uuid::Uuid, Path, description = "Id of the notification")),
    request_body(content = SnoozeBody, content_type = "application/json",
        example = json!({"until": "2027-01-31T08:00:00Z"})),
    responses(
        (status = 200, description = "The notification is snoozed", body = ChangeBody,
            example = json!({"success": true, "message": "Notification snoozed"})),
        (status = 404, description = "The caller has no notification with this id", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
        ReadsBody,
    ),
)]
pub(super) async fn snooze(mine: Mine, body: JsonBody) -> Result<Json<ChangeBody>, Problem> {
    let until = body.read(|value| until(value, mine.now())).await??;
    let message = "Notification snoozed";
    mine.change(InboxChange::Snooze { until }, message).await
}
