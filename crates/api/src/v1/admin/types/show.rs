//! `GET /api/v1/admin/types/{type}`: what is known of a type.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use campanile_app::templates;
use campanile_storage::Storage;

use super::item::Item;
use crate::identity::Viewer;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::admin::templates::TypePath;
use crate::v1::if_match::etag;
use crate::v1::responses::Guarded;

/// Returns the schema that the tenant has set for the content of a notification type.
#[utoipa::path(
    get,
    operation_id = "get_type",
    path = "/api/v1/admin/types/{type}",
    tag = "operators",
    security(("bearer" = ["admin:read"]), ("bearer" = ["admin"]), ("bearer" = ["platform"])),
    params(("type" = String, Path, description = "The notification type", example = "order_shipped")),
    responses(
        (status = 200, description = "What is known of it", body = Item, headers(("ETag" = String))),
        (status = 404, description = "The tenant has set nothing for this type", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
    ),
)]
pub(super) async fn show(
    operator: Viewer,
    TypePath(of): TypePath,
    State(storage): State<Arc<dyn Storage>>,
) -> Result<impl IntoResponse, Problem> {
    let one = templates::type_of(storage.as_ref(), operator.tenant(), &of).await?;
    Ok((etag(one.schema_revision), Json(Item::from(one))))
}
