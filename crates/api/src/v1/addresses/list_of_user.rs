//! `GET /api/v1/users/{user_id}/addresses`: a user's addresses.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_storage::Storage;

use super::item::List;
use crate::identity::Observer;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::responses::Guarded;
use crate::v1::users::{UserPath, not_found};

/// Lists a user's addresses in chat and phone services, by channel.
///
/// Those of a user who was never created are listed if there are any.
#[utoipa::path(
    get,
    operation_id = "list_user_addresses",
    path = "/api/v1/users/{user_id}/addresses",
    tag = "services",
    security(("bearer" = ["notifications:send"]), ("bearer" = ["admin:read"]), ("bearer" = ["admin"]), ("bearer" = ["platform"])),
    params(("user_id" = String, Path, description = "The tenant's id of the user", example = "u1")),
    responses(
        (status = 200, description = "All of them", body = List),
        (status = 404, description = "The tenant has no user with this id, and no address of one", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
    ),
)]
pub(super) async fn list(
    observer: Observer,
    UserPath(user): UserPath,
    State(storage): State<Arc<dyn Storage>>,
) -> Result<Json<List>, Problem> {
    let tenant = observer.tenant();
    let all = storage.user_addresses(tenant, &user).await?;
    if all.is_empty() && storage.user(tenant, &user).await?.is_none() {
        return Err(not_found());
    }
    Ok(Json(all.into()))
}
