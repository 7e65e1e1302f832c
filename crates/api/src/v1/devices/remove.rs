//! `DELETE /api/v1/devices/{id}`: pushes no longer go there.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use campanile_app::devices;
use campanile_domain::DeviceId;
use campanile_storage::Storage;
use http::StatusCode;
use uuid::Uuid;

use crate::identity::InboxUser;
use crate::problem::{Problem, ProblemCode, ProblemDocument};
use crate::v1::responses::Guarded;

/// The same words for an id that is malformed, unknown, another user's or another tenant's.
fn not_found() -> Problem {
    Problem::new(ProblemCode::DeviceNotFound, "Device not found")
}

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
    id: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let Path(id) = id.map_err(|_| not_found())?;
    let id = Uuid::try_parse(&id).map_err(|_| not_found())?;
    let (tenant, user) = (caller.tenant(), caller.user());
    if devices::remove(storage.as_ref(), tenant, user, DeviceId(id)).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(not_found())
    }
}
