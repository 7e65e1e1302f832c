//! `POST /api/v1/admin/api-keys/{id}/rotate`: another key takes over.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_app::api_keys::{ApiKeyBook, RotateBody, read_rotation};
use campanile_domain::{ApiKeyId, Clock};
use http::StatusCode;

use super::create::manager;
use super::item::CreatedItem;
use crate::identity::Operator;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::id_path::IdPath;
use crate::v1::json_body::JsonBody;
use crate::v1::responses::{Guarded, ReadsBody};

/// Replaces an API key by a new one that allows the same. The old key can still be used for the time `overlap`, 24 hours
/// unless the request says otherwise. The response shows the whole new key, once.
#[utoipa::path(
    post,
    operation_id = "rotate_api_key",
    path = "/api/v1/admin/api-keys/{id}/rotate",
    tag = "operators",
    security(("bearer" = ["admin"]), ("bearer" = ["platform"])),
    params(("id" = uuid::Uuid, Path, description = "Id of the key that is replaced")),
    request_body(content = RotateBody, content_type = "application/json", example = json!({"overlap": "24h"})),
    responses(
        (status = 201, description = "The new key was created", body = CreatedItem),
        (status = 403, description = "The scope is missing, or the tenant has too many active keys", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "The tenant has no key with this id", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 409, description = "The key was revoked or has expired", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
        ReadsBody,
    ),
)]
pub(super) async fn rotate(
    operator: Operator,
    IdPath(id): IdPath<ApiKeyId>,
    State(book): State<ApiKeyBook>,
    State(clock): State<Arc<dyn Clock>>,
    body: JsonBody,
) -> Result<(StatusCode, Json<CreatedItem>), Problem> {
    let overlap = body.read(read_rotation).await??;
    let tenant = operator.tenant();
    let created = book.rotate(tenant, id, overlap, manager(&operator)).await?;
    tracing::info!(tenant.id = %tenant, api_key.id = %id, api_key.new_id = %created.key.id, "rotated an API key");
    let item = CreatedItem::new(created, clock.now());
    Ok((StatusCode::CREATED, Json(item)))
}
