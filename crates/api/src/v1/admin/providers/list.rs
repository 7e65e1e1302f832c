//! `GET /api/v1/admin/providers`: a tenant's own accounts.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_domain::Clock;
use campanile_providers::ProviderService;

use super::item::ProviderList;
use crate::identity::Viewer;
use crate::problem::Problem;
use crate::v1::responses::Guarded;

/// Lists the tenant's providers by name, without their secrets, and the state of each. Accounts from the
/// installation's settings, which serve the tenant `default`, are not listed.
#[utoipa::path(
    get,
    operation_id = "list_providers",
    path = "/api/v1/admin/providers",
    tag = "operators",
    security(("bearer" = ["admin:read"]), ("bearer" = ["admin"]), ("bearer" = ["platform"])),
    responses(
        (status = 200, description = "All of them", body = ProviderList),
        Guarded,
    ),
)]
pub(super) async fn list(
    operator: Viewer,
    State(service): State<ProviderService>,
    State(clock): State<Arc<dyn Clock>>,
) -> Result<Json<ProviderList>, Problem> {
    Ok(Json(
        service.list(operator.tenant(), clock.now()).await?.into(),
    ))
}
