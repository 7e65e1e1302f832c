//! `POST /api/v1/admin/templates/{type}/publish`: drafts come into use.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_app::templates::{self, Announcer, Editor, PublishBody, read_publication};
use campanile_storage::Storage;

use super::paths::TypePath;
use super::version_body::VersionItem;
use crate::identity::TemplateEditor;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::if_match::IfMatch;
use crate::v1::json_body::JsonBody;
use crate::v1::responses::{Conditional, Guarded, ReadsBody};

/// Publishes all drafts of a type as a new version, now or at `publish_at`. If nothing has changed since the version in use,
/// that one is returned. Notifications accepted afterwards use it, on every node within a second;
/// those accepted before keep theirs.
///
/// Publishing `_shared` makes a new version of every type in use, with the new layouts, partials and brand.
#[utoipa::path(
    post,
    operation_id = "publish_template",
    path = "/api/v1/admin/templates/{type}/publish",
    tag = "operators",
    security(("bearer" = ["templates:write"]), ("bearer" = ["admin"]), ("bearer" = ["platform"])),
    params(
        ("type" = String, Path, description = "The notification type, or `_shared`", example = "_shared"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the list of versions: refuses the call if another version was made meanwhile"),
    ),
    request_body(content = PublishBody, content_type = "application/json", example = json!({"comment": "New logo"})),
    responses(
        (status = 200, description = "The new version, or the one in use if nothing has changed", body = VersionItem),
        (status = 404, description = "Not a valid type", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 409, description = "The type has no drafts", body = ProblemDocument, content_type = "application/problem+json"),
        Conditional,
        Guarded,
        ReadsBody,
    ),
)]
pub(super) async fn publish(
    operator: TemplateEditor,
    TypePath(of): TypePath,
    seen: IfMatch,
    State(storage): State<Arc<dyn Storage>>,
    State(announcer): State<Announcer>,
    body: JsonBody,
) -> Result<Json<VersionItem>, Problem> {
    let request = body.read(read_publication).await??;
    let editor = Editor::new(operator.act());
    let (storage, tenant) = (storage.as_ref(), operator.tenant());
    let seen = seen.revision();
    let shown = templates::publish(storage, &announcer, tenant, &of, request, seen, editor).await?;
    let (version, state) = (shown.head.version, shown.state.name());
    tracing::info!(tenant.id = %tenant, r#type = %of, version, state, "published a template");
    Ok(Json(shown.into()))
}
