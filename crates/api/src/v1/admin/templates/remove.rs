//! `DELETE /api/v1/admin/templates/{type}/{channel}/{locale}`: removes a draft.

use std::sync::Arc;

use axum::extract::State;
use campanile_app::templates::{self, Editor};
use campanile_storage::Storage;
use http::StatusCode;

use super::paths::KeyPath;
use crate::identity::TemplateEditor;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::if_match::IfMatch;
use crate::v1::responses::{Conditional, Guarded};

/// Removes a draft. The version in use keeps it until its type is published next.
#[utoipa::path(
    delete,
    operation_id = "remove_template",
    path = "/api/v1/admin/templates/{type}/{channel}/{locale}",
    tag = "operators",
    security(("bearer" = ["templates:write"]), ("bearer" = ["admin"]), ("bearer" = ["platform"])),
    params(
        ("type" = String, Path, description = "The notification type, or `_shared`", example = "order_shipped"),
        ("channel" = String, Path, description = "The channel", example = "push"),
        ("locale" = String, Path, description = "A language tag", example = "en"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the draft; left out: whatever is there"),
    ),
    responses(
        (status = 204, description = "Removed"),
        (status = 404, description = "There is no such draft", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "`If-Match` is no `ETag` of a response", body = ProblemDocument, content_type = "application/problem+json"),
        Conditional,
        Guarded,
    ),
)]
pub(super) async fn remove(
    operator: TemplateEditor,
    KeyPath(key): KeyPath,
    IfMatch(seen): IfMatch,
    State(storage): State<Arc<dyn Storage>>,
) -> Result<StatusCode, Problem> {
    let tenant = operator.tenant();
    templates::remove_draft(
        storage.as_ref(),
        tenant,
        &key,
        seen,
        Editor::new(operator.act()),
    )
    .await?;
    tracing::info!(tenant.id = %tenant, r#type = %key.notification_type, channel = %key.channel, locale = key.locale, "removed a template");
    Ok(StatusCode::NO_CONTENT)
}
