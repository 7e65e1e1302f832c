//! `GET /api/v1/notifications/{id}/timeline`: what became of a notification, and why.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use campanile_domain::{Clock, NotificationId};
use campanile_storage::Storage;
use uuid::Uuid;

use super::timeline_body::TimelineBody;
use crate::identity::Observer;
use crate::problem::{Problem, ProblemCode, ProblemDocument};
use crate::v1::responses::Guarded;

/// The same words for an id that is malformed, unknown or another tenant's.
fn not_found() -> Problem {
    Problem::new(ProblemCode::NotificationNotFound, "Notification not found")
}

/// Retrieves the timeline of a notification: every decision and every delivery attempt.
#[utoipa::path(
    get,
    operation_id = "explain_notification",
    path = "/api/v1/notifications/{id}/timeline",
    tag = "services",
    security(("bearer" = ["notifications:send"]), ("bearer" = ["admin"]), ("bearer" = ["platform"])),
    params(("id" = Uuid, Path, description = "Id of the notification")),
    responses(
        (status = 200, description = "The timeline", body = TimelineBody),
        (status = 404, description = "The tenant has no notification with this id", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
    ),
)]
pub(super) async fn timeline(
    observer: Observer,
    State(storage): State<Arc<dyn Storage>>,
    State(clock): State<Arc<dyn Clock>>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<TimelineBody>, Problem> {
    let Path(id) = id.map_err(|_| not_found())?;
    let id = Uuid::try_parse(&id).map_err(|_| not_found())?;
    let record = storage
        .timeline(observer.tenant(), NotificationId(id))
        .await?
        .ok_or_else(not_found)?;
    Ok(Json(TimelineBody::new(record, clock.now())))
}
