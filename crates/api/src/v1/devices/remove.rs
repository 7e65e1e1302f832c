//! `DELETE /api/v1/devices/{id}`: pushes no longer go there.

use std::sync::Arc;

use axum::extract::State;
use campanile_app::devices;
use campanile_domain::DeviceId;
use campanile_storage::Storage;
use http::StatusCode;

use crate::identity::InboxUser;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::id_path::{IdPath, PathId};
use crate::v1::responses::Guarded;

/// Removes one of the caller's devices. Call this when the user signs out of the app.
#[utoipa::path(
    delete,
    operation_id = "remove_device",
    path = "/api/v1/devices/{id}",
    tag = "users",
    security(("bearer" = ["inbox"])),
    params(("id" = Uuid, Path, description = "Id of the device")),
    responses(
        (status = 204, description = "Deleted"),
        (status = 404, description = "The caller has no device with this id", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
    ),
)]
pub(super) async fn remove(
    caller: InboxUser,
    State(storage): State<Arc<dyn Storage>>,
    IdPath(id): IdPath<DeviceId>,
) -> Result<StatusCode, Problem> {
    let (tenant, user) = (caller.tenant(), caller.user());
    if devices::remove(storage.as_ref(), tenant, user, id).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(DeviceId::not_found())
    }
}
