//! `DELETE /api/v1/addresses/{channel}`: the caller is no longer reached there.

use std::sync::Arc;

use axum::extract::State;
use campanile_app::addresses;
use campanile_storage::Storage;
use http::StatusCode;

use super::channel_path::{ChannelPath, not_found};
use crate::identity::InboxUser;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::responses::Guarded;

/// Removes the caller's address in a channel. Deliveries that have not left are not sent there.
#[utoipa::path(
    delete,
    operation_id = "remove_address",
    path = "/api/v1/addresses/{channel}",
    tag = "users",
    security(("bearer" = ["inbox"])),
    params(("channel" = String, Path, description = "The channel", example = "slack")),
    responses(
        (status = 204, description = "Deleted"),
        (status = 404, description = "The caller has no address in this channel", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
    ),
)]
pub(super) async fn remove(
    caller: InboxUser,
    ChannelPath { channel }: ChannelPath,
    State(storage): State<Arc<dyn Storage>>,
) -> Result<StatusCode, Problem> {
    let (tenant, user) = (caller.tenant(), caller.user());
    match addresses::remove(storage.as_ref(), tenant, user, &channel).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(not_found()),
    }
}
