//! `DELETE /api/v1/admin/templates/{type}`: a type returns to the built-in words.

use std::sync::Arc;

use axum::extract::State;
use campanile_app::templates::{self, Announcer, Editor};
use campanile_storage::Storage;
use http::StatusCode;

use super::paths::TypePath;
use crate::identity::TemplateEditor;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::responses::Guarded;

/// Takes a type's version out of use and removes its drafts and the versions that wait for their time. New notifications
/// have the built-in words. Versions that were published stay, since notifications use them, and so does the schema;
/// `rollback` brings one of them back into use.
#[utoipa::path(
    delete,
    operation_id = "retire_templates",
    path = "/api/v1/admin/templates/{type}",
    tag = "operators",
    security(("bearer" = ["templates:write"]), ("bearer" = ["admin"]), ("bearer" = ["platform"])),
    params(("type" = String, Path, description = "The notification type", example = "order_shipped")),
    responses(
        (status = 204, description = "Done"),
        (status = 404, description = "The type has no drafts and no version in use", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "`_shared` cannot be retired", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
    ),
)]
pub(super) async fn retire(
    operator: TemplateEditor,
    TypePath(of): TypePath,
    State(storage): State<Arc<dyn Storage>>,
    State(announcer): State<Announcer>,
) -> Result<StatusCode, Problem> {
    let tenant = operator.tenant();
    let editor = Editor::new(operator.act());
    templates::retire(storage.as_ref(), &announcer, tenant, &of, editor).await?;
    tracing::info!(tenant.id = %tenant, r#type = %of, "retired the templates of a type");
    Ok(StatusCode::NO_CONTENT)
}
