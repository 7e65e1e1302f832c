//! `POST /api/v1/admin/templates/{type}/promote`: a variant becomes the template itself.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_app::templates::{self, Announcer, Editor, PromoteBody, read_promotion};
use campanile_storage::Storage;

use super::paths::TypePath;
use super::version_body::VersionItem;
use crate::identity::TemplateEditor;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::if_match::IfMatch;
use crate::v1::json_body::JsonBody;
use crate::v1::responses::{Conditional, Guarded, ReadsBody};

/// Ends the comparison of a channel: a new version has the words of the variant as its template, and compares nothing there.
/// The drafts take the words over, and the drafts of the channel's variants are removed.
#[utoipa::path(
    post,
    operation_id = "promote_template_variant",
    path = "/api/v1/admin/templates/{type}/promote",
    tag = "operators",
    security(("bearer" = ["templates:write"]), ("bearer" = ["admin"]), ("bearer" = ["platform"])),
    params(
        ("type" = String, Path, description = "The notification type", example = "order_shipped"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the list of versions: refuses the call if another version was made meanwhile"),
    ),
    request_body(content = PromoteBody, content_type = "application/json", example = json!({"channel": "push", "variant": "short"})),
    responses(
        (status = 200, description = "The new version", body = VersionItem),
        (status = 404, description = "The version in use has no such variant", body = ProblemDocument, content_type = "application/problem+json"),
        Conditional,
        Guarded,
        ReadsBody,
    ),
)]
pub(super) async fn promote(
    operator: TemplateEditor,
    TypePath(of): TypePath,
    seen: IfMatch,
    State(storage): State<Arc<dyn Storage>>,
    State(announcer): State<Announcer>,
    body: JsonBody,
) -> Result<Json<VersionItem>, Problem> {
    let request = body.read(read_promotion).await??;
    let editor = Editor::new(operator.act());
    let (storage, tenant) = (storage.as_ref(), operator.tenant());
    let (channel, variant) = (request.channel, request.variant.clone());
    let seen = seen.revision();
    let shown = templates::promote(storage, &announcer, tenant, &of, request, seen, editor).await?;
    let version = shown.head.version;
    tracing::info!(tenant.id = %tenant, r#type = %of, version, %channel, variant, "promoted a variant of a template");
    Ok(Json(shown.into()))
}
