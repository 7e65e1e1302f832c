//! `GET /api/v1/admin/brand`: the tenant's brand.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use campanile_storage::Storage;

use super::item::Item;
use crate::identity::Viewer;
use crate::problem::Problem;
use crate::v1::if_match::etag;
use crate::v1::responses::Guarded;

/// Returns the tenant's brand, as editors work on it.
#[utoipa::path(
    get,
    operation_id = "get_brand",
    path = "/api/v1/admin/brand",
    tag = "operators",
    security(("bearer" = ["admin:read"]), ("bearer" = ["admin"]), ("bearer" = ["platform"])),
    responses(
        (status = 200, description = "The brand; empty if the tenant has set none", body = Item, headers(("ETag" = String))),
        Guarded,
    ),
)]
pub(super) async fn show(
    operator: Viewer,
    State(storage): State<Arc<dyn Storage>>,
) -> Result<impl IntoResponse, Problem> {
    let stored = storage.brand(operator.tenant()).await?;
    let revision = stored.as_ref().map_or(0, |stored| stored.revision);
    Ok((etag(revision), Json(Item::new(stored))))
}
