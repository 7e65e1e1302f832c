//! `POST /api/v1/admin/providers/{name}/resume`: a receiver is called again.

use axum::extract::State;
use campanile_providers::ProviderService;
use http::StatusCode;

use super::name_path::NamePath;
use crate::identity::Operator;
use crate::problem::{Problem, ProblemCode, ProblemDocument};
use crate::v1::responses::Guarded;

/// Resumes a provider that is `paused`: its receiver answered 410 and was not called since. Workers call it
/// again within seconds, and what waited for it goes on. Setting the provider again does the same.
///
/// `settings` is the name of the accounts that the operator's own settings describe, which serve the
/// tenant `default`.
#[utoipa::path(
    post,
    operation_id = "resume_provider",
    path = "/api/v1/admin/providers/{name}/resume",
    tag = "operators",
    security(("bearer" = ["admin"]), ("bearer" = ["platform"])),
    params(("name" = String, Path, description = "What the tenant calls it", example = "main")),
    responses(
        (status = 204, description = "Resumed"),
        (status = 404, description = "No provider of this name is paused", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
    ),
)]
pub(super) async fn resume(
    operator: Operator,
    NamePath(name): NamePath,
    State(service): State<ProviderService>,
) -> Result<StatusCode, Problem> {
    let tenant = operator.tenant();
    if !service.resume(tenant, &name).await? {
        let detail = "No provider of this name is paused";
        return Err(Problem::new(ProblemCode::ProviderNotFound, detail));
    }
    tracing::info!(tenant.id = %tenant, provider = %name, "resumed a provider");
    Ok(StatusCode::NO_CONTENT)
}
