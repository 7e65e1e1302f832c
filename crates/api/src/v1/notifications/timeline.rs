//! `GET /api/v1/notifications/{id}/timeline`: what became of a notification, and why.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_domain::{Clock, NotificationId};
use campanile_intake::Intake;
use campanile_storage::Storage;
use campanile_wording::ContentVerdict;

use super::timeline_body::TimelineBody;
use crate::identity::Observer;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::id_path::{IdPath, PathId};
use crate::v1::responses::Guarded;

/// Retrieves the timeline of a notification: every decision and every delivery attempt.
#[utoipa::path(
    get,
    operation_id = "explain_notification",
    path = "/api/v1/notifications/{id}/timeline",
    tag = "services",
    security(("bearer" = ["notifications:send"]), ("bearer" = ["admin:read"]), ("bearer" = ["admin"]), ("bearer" = ["platform"])),
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
    State(intake): State<Intake>,
    IdPath(id): IdPath<NotificationId>,
) -> Result<Json<TimelineBody>, Problem> {
    let record = storage
        .timeline(observer.tenant(), id)
        .await?
        .ok_or_else(NotificationId::not_found)?;
    let one = &record.notification;
    let (tenant, of) = (observer.tenant(), &one.notification_type);
    // By the schema of today: a warning helps who reads it now.
    let verdict = intake
        .wording()
        .check_content(tenant, of, &one.content)
        .await?;
    let mut body = TimelineBody::new(record, clock.now());
    match verdict {
        ContentVerdict::Fits | ContentVerdict::Refused(_) => {}
        ContentVerdict::Warned(violations) => {
            for violation in violations {
                body.warn(format!(
                    "content{}: {}",
                    violation.pointer, violation.detail
                ));
            }
        }
        ContentVerdict::Unchecked => body.warn(
            "content: not checked, because the schema of its type no longer compiles".to_owned(),
        ),
    }
    Ok(Json(body))
}
