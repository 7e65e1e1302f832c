//! `GET /api/v1/addresses`: the caller's addresses.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_storage::Storage;

use super::item::List;
use crate::identity::InboxUser;
use crate::problem::Problem;
use crate::v1::responses::Guarded;

/// Lists the caller's addresses in chat and phone services, by channel.
#[utoipa::path(
    get,
    operation_id = "list_addresses",
    path = "/api/v1/addresses",
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
    let all = storage
        .user_addresses(caller.tenant(), caller.user())
        .await?;
    Ok(Json(all.into()))
}
