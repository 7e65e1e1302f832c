//! `POST /api/v1/events/friend-request`: notifies a user of a friend request, or of its acceptance.

use axum::response::Response;
use campanile_intake::events::{self, FriendRequestBody};

use crate::problem::{Problem, ProblemDocument};
use crate::v1::notifications::send_body::AcceptedForUsers;
use crate::v1::responses::{Accepts, ReadsBody};
use crate::v1::send_call::SendCall;

/// Notifies a user of a friend request, or of its acceptance.
///
/// The recipient receives a notification of the type given in `request_type`. Its content has `sender_id`,
/// `sender_username`, `sender_info`, `recipient_id` and `request_type`.
#[utoipa::path(
    post,
    operation_id = "friend_request",
    path = "/api/v1/events/friend-request",
    tag = "services",
    security(("bearer" = ["notifications:send"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters. Repeating the request with the same key within a day returns the first \
        answer and accepts nothing new")),
    request_body(content = FriendRequestBody, content_type = "application/json",
        example = json!({"sender_id": "u2", "recipient_id": "u1", "request_type": "friend_request",
            "sender_info": {"user_id": "u2", "username": "jonas", "display_name": "Jonas"}})),
    responses(
        (status = 202, description = "The notifications are accepted and stored durably", body = AcceptedForUsers,
            headers(("Idempotency-Replayed" = String, description = "`true` if this answer repeats that of an earlier request with the same key"))),
        (status = 409, description = "Another request with this idempotency key is in progress", body = ProblemDocument, content_type = "application/problem+json"),
        Accepts,
        ReadsBody,
    ),
)]
pub(super) async fn friend_request(call: SendCall) -> Result<Response, Problem> {
    call.accept(|value, _now| events::friend_request(value))
        .await
}
