//! `DELETE /api/v1/admin/templates/{type}/{channel}/variants/{variant}`: removes the draft of a variant.

use std::sync::Arc;

use axum::extract::State;
use campanile_app::templates::{self, Editor};
use campanile_storage::Storage;
use http::StatusCode;

use super::paths::VariantPath;
use crate::identity::TemplateEditor;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::if_match::IfMatch;
use crate::v1::responses::{Conditional, Guarded};

/// Removes the draft of a variant. The version in use keeps it until its type is published next.
#[utoipa::path(
    delete,
    operation_id = "remove_template_variant",
    path = "/api/v1/admin/templates/{type}/{channel}/variants/{variant}",
    tag = "operators",
    security(("bearer" = ["templates:write"]), ("bearer" = ["admin"]), ("bearer" = ["platform"])),
    params(
        ("type" = String, Path, description = "The notification type", example = "order_shipped"),
        ("channel" = String, Path, description = "The channel", example = "push"),
        ("variant" = String, Path, description = "Its name", example = "short"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the variant; left out: whatever is there"),
    ),
    responses(
        (status = 204, description = "Removed"),
        (status = 404, description = "There is no such variant", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "`If-Match` is no `ETag` of a response", body = ProblemDocument, content_type = "application/problem+json"),
        Conditional,
        Guarded,
    ),
)]
pub(super) async fn remove(
    operator: TemplateEditor,
    VariantPath(key): VariantPath,
    IfMatch(seen): IfMatch,
    State(storage): State<Arc<dyn Storage>>,
) -> Result<StatusCode, Problem> {
    let (storage, tenant) = (storage.as_ref(), operator.tenant());
    let editor = Editor::new(operator.act());
    templates::remove_variant(storage, tenant, &key, seen, editor).await?;
    tracing::info!(tenant.id = %tenant, r#type = %key.notification_type, channel = %key.channel, variant = key.variant, "removed a variant of a template");
    Ok(StatusCode::NO_CONTENT)
}
