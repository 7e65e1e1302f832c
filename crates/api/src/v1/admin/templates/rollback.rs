//! `POST /api/v1/admin/templates/{type}/rollback`: an earlier version comes back.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_app::templates::{self, Announcer, Editor, RollBackBody, read_roll_back};
use campanile_storage::Storage;

use super::paths::TypePath;
use super::version_body::VersionItem;
use crate::identity::TemplateEditor;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::if_match::IfMatch;
use crate::v1::json_body::JsonBody;
use crate::v1::responses::{Conditional, Guarded, ReadsBody};

/// Publishes what an earlier version holds as a new version. Drafts stay as they are. Layouts, partials and brand are those
/// in use; roll `_shared` back to change them.
#[utoipa::path(
    post,
    operation_id = "roll_back_template",
    path = "/api/v1/admin/templates/{type}/rollback",
    tag = "operators",
    security(("bearer" = ["templates:write"]), ("bearer" = ["admin"]), ("bearer" = ["platform"])),
    params(
        ("type" = String, Path, description = "The notification type, or `_shared`", example = "_shared"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the list of versions: refuses the call if another version was made meanwhile"),
    ),
    request_body(content = RollBackBody, content_type = "application/json", example = json!({"version": 1})),
    responses(
        (status = 200, description = "The new version", body = VersionItem),
        (status = 404, description = "There is no such version", body = ProblemDocument, content_type = "application/problem+json"),
        Conditional,
        Guarded,
        ReadsBody,
    ),
)]
pub(super) async fn roll_back(
    operator: TemplateEditor,
    TypePath(of): TypePath,
    seen: IfMatch,
    State(storage): State<Arc<dyn Storage>>,
    State(announcer): State<Announcer>,
    body: JsonBody,
) -> Result<Json<VersionItem>, Problem> {
    let request = body.read(read_roll_back).await??;
    let editor = Editor::new(operator.act());
    let (storage, tenant) = (storage.as_ref(), operator.tenant());
    let (from, seen) = (request.version, seen.revision());
    let shown =
        templates::roll_back(storage, &announcer, tenant, &of, request, seen, editor).await?;
    let version = shown.head.version;
    tracing::info!(tenant.id = %tenant, r#type = %of, version, from, "rolled a template back");
    Ok(Json(shown.into()))
}
