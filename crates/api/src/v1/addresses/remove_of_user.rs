//! `DELETE /api/v1/users/{user_id}/addresses/{channel}`: a user is no longer reached there.

use std::sync::Arc;

use axum::extract::State;
use campanile_app::addresses;
use campanile_storage::Storage;
use http::StatusCode;

use super::channel_path::{ChannelPath, not_found};
use crate::identity::Sender;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::responses::Guarded;
use crate::v1::users::UserPath;

/// Removes a user's address in a channel. Deliveries that have not left are not sent there.
#[utoipa::path(
    delete,
    operation_id = "remove_user_address",
    path = "/api/v1/users/{user_id}/addresses/{channel}",
    tag = "services",
    security(("bearer" = ["notifications:send"])),
    params(
        ("user_id" = String, Path, description = "The tenant's id of the user", example = "u1"),
        ("channel" = String, Path, description = "The channel", example = "slack"),
    ),
    responses(
        (status = 204, description = "Deleted"),
        (status = 404, description = "The user has no address in this channel", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
    ),
)]
pub(super) async fn remove(
    sender: Sender,
    UserPath(user): UserPath,
    ChannelPath { channel }: ChannelPath,
    State(storage): State<Arc<dyn Storage>>,
) -> Result<StatusCode, Problem> {
    let tenant = sender.tenant();
    match addresses::remove(storage.as_ref(), tenant, &user, &channel).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(not_found()),
    }
}
