//! `GET /api/v1/admin/templates/{type}/versions/{version}`: what a version holds.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_app::templates;
use campanile_storage::Storage;

use super::paths::VersionPath;
use super::version_body::VersionContent;
use crate::identity::Viewer;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::responses::Guarded;

/// Returns a version with all its sources.
#[utoipa::path(
    get,
    operation_id = "get_template_version",
    path = "/api/v1/admin/templates/{type}/versions/{version}",
    tag = "operators",
    security(("bearer" = ["admin:read"]), ("bearer" = ["admin"]), ("bearer" = ["platform"])),
    params(
        ("type" = String, Path, description = "The notification type, or `_shared`", example = "_shared"),
        ("version" = u64, Path, description = "The version", example = 1),
    ),
    responses(
        (status = 200, description = "The version", body = VersionContent),
        (status = 404, description = "There is no such version", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
    ),
)]
pub(super) async fn show(
    operator: Viewer,
    VersionPath(of, version): VersionPath,
    State(storage): State<Arc<dyn Storage>>,
) -> Result<Json<VersionContent>, Problem> {
    let tenant = operator.tenant();
    let (shown, snapshot) = templates::version(storage.as_ref(), tenant, &of, version).await?;
    Ok(Json(VersionContent::new(shown, snapshot)))
}
