//! `GET /api/v1/admin/master-key`: how far the rotation of the master key is.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_storage::Storage;

use super::body::MasterKeyBody;
use crate::identity::Platform;
use crate::problem::Problem;
use crate::v1::responses::Guarded;

/// Retrieves how far the rotation of the master key is.
#[utoipa::path(
    get,
    operation_id = "show_master_key",
    path = "/api/v1/admin/master-key",
    tag = "platform",
    security(("bearer" = ["platform"])),
    responses(
        (status = 200, description = "What this server has, and the latest rotation", body = MasterKeyBody),
        Guarded,
    ),
)]
pub(super) async fn show(
    platform: Platform,
    State(storage): State<Arc<dyn Storage>>,
) -> Result<Json<MasterKeyBody>, Problem> {
    let body = MasterKeyBody::of(storage.as_ref(), platform.home()).await?;
    Ok(Json(body))
}
