//! `DELETE /api/v1/admin/ingest-addresses/{id}`: a key is refused from now on.

use std::sync::Arc;

use axum::extract::State;
use campanile_app::ingest;
use campanile_domain::IngestId;
use campanile_storage::Storage;
use http::StatusCode;

use crate::identity::Operator;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::id_path::{IdPath, PathId};
use crate::v1::responses::Guarded;

/// Revokes an ingest address: within 5 s its key is refused everywhere. The address stays listed.
#[utoipa::path(
    delete,
    operation_id = "revoke_ingest_address",
    path = "/api/v1/admin/ingest-addresses/{id}",
    tag = "operators",
    security(("bearer" = ["admin"]), ("bearer" = ["platform"])),
    params(("id" = Uuid, Path, description = "Id of the address")),
    responses(
        (status = 204, description = "Revoked"),
        (status = 404, description = "The tenant has no address with this id in use", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
    ),
)]
pub(super) async fn revoke(
    operator: Operator,
    IdPath(id): IdPath<IngestId>,
    State(storage): State<Arc<dyn Storage>>,
) -> Result<StatusCode, Problem> {
    let tenant = operator.tenant();
    if !ingest::revoke(storage.as_ref(), tenant, id, operator.act()).await? {
        return Err(IngestId::not_found());
    }
    tracing::info!(tenant.id = %tenant, ingest.id = %id, "revoked an ingest address");
    Ok(StatusCode::NO_CONTENT)
}
