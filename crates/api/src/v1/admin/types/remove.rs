//! `DELETE /api/v1/admin/types/{type}`: a type's content is compared with nothing.

use std::sync::Arc;

use axum::extract::State;
use campanile_app::templates::{self, Announcer, Editor};
use campanile_storage::Storage;
use http::StatusCode;

use crate::identity::TemplateEditor;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::admin::templates::TypePath;
use crate::v1::if_match::IfMatch;
use crate::v1::responses::{Conditional, Guarded};

/// Removes the schema of a notification type. Its templates stay.
#[utoipa::path(
    delete,
    operation_id = "remove_type",
    path = "/api/v1/admin/types/{type}",
    tag = "operators",
    security(("bearer" = ["templates:write"]), ("bearer" = ["admin"]), ("bearer" = ["platform"])),
    params(
        ("type" = String, Path, description = "The notification type", example = "order_shipped"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the schema; left out: whatever is there"),
    ),
    responses(
        (status = 204, description = "Removed"),
        (status = 404, description = "The tenant has set nothing for this type", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "`If-Match` is no `ETag` of a response", body = ProblemDocument, content_type = "application/problem+json"),
        Conditional,
        Guarded,
    ),
)]
pub(super) async fn remove(
    operator: TemplateEditor,
    TypePath(of): TypePath,
    IfMatch(seen): IfMatch,
    State(storage): State<Arc<dyn Storage>>,
    State(announcer): State<Announcer>,
) -> Result<StatusCode, Problem> {
    let (storage, tenant) = (storage.as_ref(), operator.tenant());
    let editor = Editor::new(operator.act());
    templates::remove_schema(storage, &announcer, tenant, &of, seen, editor).await?;
    tracing::info!(tenant.id = %tenant, r#type = %of, "removed the schema of a type");
    Ok(StatusCode::NO_CONTENT)
}
