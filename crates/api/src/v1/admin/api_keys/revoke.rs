//! `DELETE /api/v1/admin/api-keys/{id}`: a key is rejected from now on.

use axum::extract::State;
use campanile_app::api_keys::ApiKeyBook;
use campanile_domain::ApiKeyId;
use http::StatusCode;

use super::create::manager;
use crate::identity::Operator;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::id_path::IdPath;
use crate::v1::responses::Guarded;

/// Revokes an API key. Every server rejects it within 5 s, and streams that were opened with it end within 30 s. The key
/// stays on the list, as `revoked`.
#[utoipa::path(
    delete,
    operation_id = "revoke_api_key",
    path = "/api/v1/admin/api-keys/{id}",
    tag = "operators",
    security(("bearer" = ["admin"]), ("bearer" = ["platform"])),
    params(("id" = uuid::Uuid, Path, description = "Id of the key")),
    responses(
        (status = 204, description = "The key is revoked"),
        (status = 404, description = "The tenant has no key with this id", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
    ),
)]
pub(super) async fn revoke(
    operator: Operator,
    IdPath(id): IdPath<ApiKeyId>,
    State(book): State<ApiKeyBook>,
) -> Result<StatusCode, Problem> {
    let tenant = operator.tenant();
    book.revoke(tenant, id, manager(&operator)).await?;
    tracing::info!(tenant.id = %tenant, api_key.id = %id, "revoked an API key");
    Ok(StatusCode::NO_CONTENT)
}
