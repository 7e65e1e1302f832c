//! `GET /api/v1/admin/tenants/{tenant}`: one tenant.

use axum::Json;
use axum::extract::State;
use campanile_app::tenants::TenantBook;
use campanile_links::Links;

use super::item::Item;
use super::name_path::NamePath;
use crate::identity::Platform;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::responses::Guarded;

/// Retrieves a tenant.
#[utoipa::path(
    get,
    operation_id = "show_tenant",
    path = "/api/v1/admin/tenants/{tenant}",
    tag = "platform",
    security(("bearer" = ["platform"])),
    params(("tenant" = String, Path, description = "Name of the tenant", example = "acme")),
    responses(
        (status = 200, description = "The tenant", body = Item),
        (status = 404, description = "There is no tenant of this name", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
    ),
)]
pub(super) async fn show(
    _: Platform,
    NamePath(name): NamePath,
    State(book): State<TenantBook>,
    State(links): State<Links>,
) -> Result<Json<Item>, Problem> {
    Ok(Json(Item::of(book.tenant(&name).await?, &links)))
}
