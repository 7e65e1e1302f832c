//! `GET /api/v1/admin/ingest-addresses`: which programs may send.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_storage::Storage;

use super::item::IngestAddressList;
use crate::identity::Viewer;
use crate::problem::Problem;
use crate::v1::responses::Guarded;

/// Lists the tenant's ingest addresses, newest first, without their keys.
#[utoipa::path(
    get,
    operation_id = "list_ingest_addresses",
    path = "/api/v1/admin/ingest-addresses",
    tag = "operators",
    security(("bearer" = ["admin:read"]), ("bearer" = ["admin"]), ("bearer" = ["platform"])),
    responses(
        (status = 200, description = "All of them", body = IngestAddressList),
        Guarded,
    ),
)]
pub(super) async fn list(
    operator: Viewer,
    State(storage): State<Arc<dyn Storage>>,
) -> Result<Json<IngestAddressList>, Problem> {
    let all = storage.ingest_addresses(operator.tenant()).await?;
    Ok(Json(all.into()))
}
