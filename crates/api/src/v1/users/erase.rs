//! `DELETE /api/v1/users/{user_id}`: a person is to be forgotten.

use axum::extract::State;
use campanile_app::inbox::Inboxes;
use http::StatusCode;

use super::user_path::{UserPath, not_found};
use crate::identity::Operator;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::responses::Guarded;

/// Erases a user: their data, devices, preferences and notifications.
///
/// This also works for a user who was never created but has notifications. A provider call that is already in
/// progress is not interrupted.
#[utoipa::path(
    delete,
    operation_id = "erase_user",
    path = "/api/v1/users/{user_id}",
    tag = "operators",
    security(("bearer" = ["admin"]), ("bearer" = ["platform"])),
    params(("user_id" = String, Path, description = "The tenant's id of the user", example = "u1")),
    responses(
        (status = 204, description = "The user was erased"),
        (status = 404, description = "There is no data of this user", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
    ),
)]
pub(super) async fn erase(
    operator: Operator,
    UserPath(id): UserPath,
    State(inboxes): State<Inboxes>,
) -> Result<StatusCode, Problem> {
    if inboxes
        .erase(operator.tenant(), &id, operator.act())
        .await?
    {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(not_found())
    }
}
