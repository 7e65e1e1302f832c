//! `GET /api/v1/devices`: the caller's devices.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_domain::Device;
use campanile_storage::Storage;
use serde::Serialize;
use utoipa::ToSchema;

use super::item::Item;
use crate::identity::InboxUser;
use crate::problem::Problem;
use crate::v1::responses::Guarded;

/// All devices of a user, newest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Devices)]
pub(super) struct List {
    // Bounded by what a user may keep, so there are no pages.
    #[schema(max_items = 50)]
    devices: Vec<Item>,
}

const _: () = assert!(
    Device::MAX_PER_USER == 50,
    "the document says so in `max_items`"
);

/// Lists the caller's registered devices, newest first.
#[utoipa::path(
    get,
    operation_id = "list_devices",
    path = "/api/v1/devices",
    tag = "users",
    security(("bearer" = ["inbox"])),
    responses(
        (status = 200, description = "All of them", body = List),
        Guarded,
    ),
)]
pub(super) async fn list(
    caller: InboxUser,
    State(storage): State<Arc<dyn Storage>>,
) -> Result<Json<List>, Problem> {
    let devices = storage.devices(caller.tenant(), caller.user()).await?;
    let devices = devices.into_iter().map(Item::from).collect();
    Ok(Json(List { devices }))
}
