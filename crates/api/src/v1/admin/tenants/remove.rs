//! `DELETE /api/v1/admin/tenants/{tenant}`: begins to remove a tenant.

use axum::Json;
use axum::extract::State;
use campanile_app::tenants::TenantBook;
use campanile_links::Links;
use http::StatusCode;

use super::item::Item;
use super::name_path::NamePath;
use crate::identity::Platform;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::responses::Guarded;

/// Deletes a tenant with everything that it has. The key that encrypts its secrets is removed at once, and its callers are
/// rejected within 5 s. Workers then remove its rows, in steps; meanwhile its status is `removing`, and its name cannot be
/// used. The tenant `default` cannot be deleted.
#[utoipa::path(
    delete,
    operation_id = "remove_tenant",
    path = "/api/v1/admin/tenants/{tenant}",
    tag = "platform",
    security(("bearer" = ["platform"])),
    params(("tenant" = String, Path, description = "Name of the tenant", example = "acme")),
    responses(
        (status = 202, description = "The tenant is being removed", body = Item),
        (status = 404, description = "There is no tenant of this name", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 409, description = "The tenant `default` cannot be deleted", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
    ),
)]
pub(super) async fn remove(
    platform: Platform,
    NamePath(name): NamePath,
    State(book): State<TenantBook>,
    State(links): State<Links>,
) -> Result<(StatusCode, Json<Item>), Problem> {
    let tenant = book.remove(&name, platform.home(), platform.act()).await?;
    tracing::warn!(tenant.id = %name, by = %platform.subject(), "a tenant is being removed");
    Ok((StatusCode::ACCEPTED, Json(Item::of(tenant, &links))))
}
