//! `DELETE /api/v1/admin/templates/{type}/versions/{version}`: a scheduled version is not published.

use std::sync::Arc;

use axum::extract::State;
use campanile_app::templates::{self, Editor};
use campanile_storage::Storage;
use http::StatusCode;

use super::paths::VersionPath;
use crate::identity::TemplateEditor;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::responses::Guarded;

/// Removes a version that waits for its time. A version that was published stays.
#[utoipa::path(
    delete,
    operation_id = "remove_template_version",
    path = "/api/v1/admin/templates/{type}/versions/{version}",
    tag = "operators",
    security(("bearer" = ["templates:write"]), ("bearer" = ["admin"]), ("bearer" = ["platform"])),
    params(
        ("type" = String, Path, description = "The notification type, or `_shared`", example = "_shared"),
        ("version" = u64, Path, description = "The version", example = 1),
    ),
    responses(
        (status = 204, description = "Removed"),
        (status = 404, description = "There is no such version", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 409, description = "The version was published", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
    ),
)]
pub(super) async fn unschedule(
    operator: TemplateEditor,
    VersionPath(of, version): VersionPath,
    State(storage): State<Arc<dyn Storage>>,
) -> Result<StatusCode, Problem> {
    let tenant = operator.tenant();
    let editor = Editor::new(operator.act());
    templates::unschedule(storage.as_ref(), tenant, &of, version, editor).await?;
    tracing::info!(tenant.id = %tenant, r#type = %of, version, "removed a scheduled template version");
    Ok(StatusCode::NO_CONTENT)
}
