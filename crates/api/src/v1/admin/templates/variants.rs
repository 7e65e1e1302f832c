//! `GET /api/v1/admin/templates/{type}/variants`: which wordings are being edited to be compared.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_app::templates;
use campanile_storage::Storage;

use super::paths::TypePath;
use super::variant_body::{VariantItem, VariantList};
use crate::identity::Viewer;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::responses::Guarded;

/// Lists the drafts of a type's variants. What the version in use compares is in `GET …/results`.
#[utoipa::path(
    get,
    operation_id = "list_template_variants",
    path = "/api/v1/admin/templates/{type}/variants",
    tag = "operators",
    security(("bearer" = ["admin:read"]), ("bearer" = ["admin"]), ("bearer" = ["platform"])),
    params(("type" = String, Path, description = "The notification type", example = "order_shipped")),
    responses(
        (status = 200, description = "All of them", body = VariantList),
        (status = 404, description = "The type has no templates", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
    ),
)]
pub(super) async fn variants(
    operator: Viewer,
    TypePath(of): TypePath,
    State(storage): State<Arc<dyn Storage>>,
) -> Result<Json<VariantList>, Problem> {
    let found = templates::variants(storage.as_ref(), operator.tenant(), &of).await?;
    Ok(Json(VariantList {
        variants: found.into_iter().map(VariantItem::from).collect(),
        next_cursor: None,
    }))
}
