//! `GET /api/v1/admin/api-keys/{id}`: one key.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_app::api_keys::ApiKeyBook;
use campanile_domain::{ApiKeyId, Clock};

use super::item::Item;
use crate::identity::Viewer;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::id_path::IdPath;
use crate::v1::responses::Guarded;

/// Retrieves an API key, without its secret.
#[utoipa::path(
    get,
    operation_id = "show_api_key",
    path = "/api/v1/admin/api-keys/{id}",
    tag = "operators",
    security(("bearer" = ["admin:read"]), ("bearer" = ["admin"]), ("bearer" = ["platform"])),
    params(("id" = uuid::Uuid, Path, description = "Id of the key")),
    responses(
        (status = 200, description = "The key", body = Item),
        (status = 404, description = "The tenant has no key with this id", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
    ),
)]
pub(super) async fn show(
    viewer: Viewer,
    IdPath(id): IdPath<ApiKeyId>,
    State(book): State<ApiKeyBook>,
    State(clock): State<Arc<dyn Clock>>,
) -> Result<Json<Item>, Problem> {
    let key = book.key(viewer.tenant(), id).await?;
    Ok(Json(Item::new(key, clock.now())))
}
