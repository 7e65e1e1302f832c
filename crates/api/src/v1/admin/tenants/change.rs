//! `PATCH /api/v1/admin/tenants/{tenant}`: changes, suspends or resumes a tenant.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_app::tenants::{TenantBook, TenantChangeBody, read_tenant_change};
use campanile_domain::Clock;
use campanile_links::Links;

use super::item::Item;
use super::name_path::NamePath;
use crate::identity::Platform;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::json_body::JsonBody;
use crate::v1::responses::{Guarded, ReadsBody};

/// Changes the fields of a tenant that the request has; `null` resets a field to its default.
///
/// `"suspended": true` suspends the tenant: its calls that change something answer 403 `tenant_suspended`, and what waits to
/// be delivered waits until the tenant is resumed with `"suspended": false`. Reading stays possible. A delivery that a
/// worker has in hand at that moment may still be made.
#[utoipa::path(
    patch,
    operation_id = "change_tenant",
    path = "/api/v1/admin/tenants/{tenant}",
    tag = "platform",
    security(("bearer" = ["platform"])),
    params(("tenant" = String, Path, description = "Name of the tenant", example = "acme")),
    request_body(content = TenantChangeBody, content_type = "application/json", example = json!({"suspended": true})),
    responses(
        (status = 200, description = "The tenant as it is now", body = Item),
        (status = 404, description = "There is no tenant of this name", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 409, description = "The tenant cannot be resumed, because its import is not finished", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
        ReadsBody,
    ),
)]
pub(super) async fn change(
    platform: Platform,
    NamePath(name): NamePath,
    State(book): State<TenantBook>,
    State(clock): State<Arc<dyn Clock>>,
    State(links): State<Links>,
    body: JsonBody,
) -> Result<Json<Item>, Problem> {
    let now = clock.now();
    let change = body.read(|json| read_tenant_change(json, now)).await??;
    let tenant = book.change(&name, change, platform.act()).await?;
    tracing::info!(tenant.id = %name, by = %platform.subject(), "changed a tenant");
    Ok(Json(Item::of(tenant, &links)))
}
