//! `POST /api/v1/admin/providers/{name}/resume`: a receiver is called again.

use axum::extract::State;
use campanile_providers::ProviderService;
use http::StatusCode;

use super::name_path::NamePath;
use crate::identity::Dispatcher;
use crate::problem::{Problem, ProblemCode, ProblemDocument};
use crate::v1::responses::Guarded;

/// Resumes a provider that is `paused`. A webhook provider is paused when its receiver answers 410. Workers call it
/// again within seconds, and its deferred deliveries continue. Updating the provider also resumes it.
///
/// The name `settings` stands for the accounts from the installation's settings, which serve the tenant `default`.
#[utoipa::path(
    post,
    operation_id = "resume_provider",
    path = "/api/v1/admin/providers/{name}/resume",
    tag = "operators",
    security(("bearer" = ["deliveries:write"]), ("bearer" = ["admin"]), ("bearer" = ["platform"])),
    params(("name" = String, Path, description = "Name of the provider", example = "main")),
    responses(
        (status = 204, description = "Resumed"),
        (status = 404, description = "No paused provider has this name", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
    ),
)]
pub(super) async fn resume(
    operator: Dispatcher,
    NamePath(name): NamePath,
    State(service): State<ProviderService>,
) -> Result<StatusCode, Problem> {
    let tenant = operator.tenant();
    if !service.resume(tenant, &name, operator.act()).await? {
        let detail = "No paused provider has this name";
        return Err(Problem::new(ProblemCode::ProviderNotFound, detail));
    }
    tracing::info!(tenant.id = %tenant, provider = %name, "resumed a provider");
    Ok(StatusCode::NO_CONTENT)
}
