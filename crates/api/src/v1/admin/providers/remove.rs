//! `DELETE /api/v1/admin/providers/{name}`: an account is used no more.

use axum::extract::State;
use campanile_providers::ProviderService;
use http::StatusCode;

use super::name_path::{NamePath, not_found};
use crate::identity::Operator;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::responses::Guarded;

/// Deletes a provider and its secrets. Deliveries planned for it are deferred until the channel has a provider again.
#[utoipa::path(
    delete,
    operation_id = "remove_provider",
    path = "/api/v1/admin/providers/{name}",
    tag = "operators",
    security(("bearer" = ["admin"]), ("bearer" = ["platform"])),
    params(("name" = String, Path, description = "Name of the provider", example = "main")),
    responses(
        (status = 204, description = "Deleted"),
        (status = 409, description = "Another provider names this one as its failover target", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "The tenant has no provider with this name", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
    ),
)]
pub(super) async fn remove(
    operator: Operator,
    NamePath(name): NamePath,
    State(service): State<ProviderService>,
) -> Result<StatusCode, Problem> {
    let tenant = operator.tenant();
    if !service.remove(tenant, &name, operator.act()).await? {
        return Err(not_found());
    }
    tracing::info!(tenant.id = %tenant, provider = %name, "removed a provider");
    Ok(StatusCode::NO_CONTENT)
}
