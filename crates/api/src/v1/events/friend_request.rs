//! `POST /api/v1/events/friend-request`: tells a user of a friend request, or of its acceptance.

use axum::response::Response;
use campanile_intake::events;

use super::event_body::FriendRequestBody;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::notifications::send_body::AcceptedForUsers;
use crate::v1::responses::{Guarded, ReadsBody};
use crate::v1::send_call::SendCall;

/// Tells a user of a friend request, or of its acceptance.
///
/// The recipient gets the type that `request_type` names; its content has `sender_id`,
/// `sender_username`, `sender_info`, `recipient_id` and `request_type`.
#[utoipa::path(
    post,
    operation_id = "friend_request",
    path = "/api/v1/events/friend-request",
    tag = "services",
    security(("bearer" = ["notifications:send"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters; the same request under the same key is accepted once within a day")),
    request_body(content = FriendRequestBody, content_type = "application/json"),
    responses(
        (status = 202, description = "Accepted and durable", body = AcceptedForUsers,
            headers(("Idempotency-Replayed" = String, description = "`true` if this answer was given before"))),
        (status = 409, description = "Another request with this idempotency key is being accepted", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
        ReadsBody,
    ),
)]
pub(super) async fn friend_request(call: SendCall) -> Result<Response, Problem> {
    call.accept(|value, _now| events::friend_request(value))
        .await
}
