//! `GET /api/v1/users/{user_id}`: what is known of a user.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_storage::Storage;

use super::user_body::UserBody;
use super::user_path::{UserPath, not_found};
use crate::identity::Observer;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::responses::Guarded;

/// Retrieves a user.
#[utoipa::path(
    get,
    operation_id = "show_user",
    path = "/api/v1/users/{user_id}",
    tag = "services",
    security(("bearer" = ["notifications:send"]), ("bearer" = ["admin:read"]), ("bearer" = ["admin"]), ("bearer" = ["platform"])),
    params(("user_id" = String, Path, description = "The tenant's id of the user", example = "u1")),
    responses(
        (status = 200, description = "The user", body = UserBody),
        (status = 404, description = "The tenant has no user with this id", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
    ),
)]
pub(super) async fn show(
    observer: Observer,
    UserPath(id): UserPath,
    State(storage): State<Arc<dyn Storage>>,
) -> Result<Json<UserBody>, Problem> {
    let user = storage
        .user(observer.tenant(), &id)
        .await?
        .ok_or_else(not_found)?;
    UserBody::try_from(user).map(Json)
}
