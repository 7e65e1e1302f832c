//! `GET /api/v1/admin/templates/{type}/{channel}/{locale}`: a draft.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use campanile_app::templates;
use campanile_storage::Storage;

use super::draft_body::DraftItem;
use super::paths::KeyPath;
use crate::identity::Viewer;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::if_match::etag;
use crate::v1::responses::Guarded;

/// Returns a template as editors work on it, with its revision in `ETag`. What is in use may be an earlier state of it;
/// `GET …/{type}/compare` shows the difference.
#[utoipa::path(
    get,
    operation_id = "get_template",
    path = "/api/v1/admin/templates/{type}/{channel}/{locale}",
    tag = "operators",
    security(("bearer" = ["admin:read"]), ("bearer" = ["admin"]), ("bearer" = ["platform"])),
    params(
        ("type" = String, Path, description = "The notification type, or `_shared`", example = "order_shipped"),
        ("channel" = String, Path, description = "The channel", example = "push"),
        ("locale" = String, Path, description = "A language tag", example = "en"),
    ),
    responses(
        (status = 200, description = "The draft", body = DraftItem, headers(("ETag" = String))),
        (status = 404, description = "There is no such draft", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
    ),
)]
pub(super) async fn show(
    operator: Viewer,
    KeyPath(key): KeyPath,
    State(storage): State<Arc<dyn Storage>>,
) -> Result<impl IntoResponse, Problem> {
    let draft = templates::draft(storage.as_ref(), operator.tenant(), &key).await?;
    Ok((etag(draft.revision), Json(DraftItem::from(draft))))
}
