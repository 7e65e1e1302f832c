//! `POST /api/v1/events/message-created`: notifies the others in a room of a message.

use axum::response::Response;
use campanile_intake::events::{self, MessageCreatedBody};

use crate::problem::{Problem, ProblemDocument};
use crate::v1::notifications::send_body::AcceptedForUsers;
use crate::v1::responses::{Accepts, ReadsBody};
use crate::v1::send_call::SendCall;

/// Notifies everyone in a room except the sender of a new message.
///
/// Each recipient receives a `new_message` notification. Its content has `message_id`, `room_id`, `sender_id`,
/// `sender_username`, `sender_info` and `message_preview`. If the sender is the only recipient, the request succeeds
/// with `accepted` 0.
#[utoipa::path(
    post,
    operation_id = "message_created",
    path = "/api/v1/events/message-created",
    tag = "services",
    security(("bearer" = ["notifications:send"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters. Repeating the request with the same key within a day returns the first \
        answer and accepts nothing new")),
    request_body(content = MessageCreatedBody, content_type = "application/json",
        example = json!({"message_id": "m1", "room_id": "r1", "sender_id": "u2", "recipient_ids": ["u1", "u2"],
            "message_content": "See you at eight", "sender_info": {"user_id": "u2", "username": "mara", "display_name": "Mara"}})),
    responses(
        (status = 202, description = "The notifications are accepted and stored durably", body = AcceptedForUsers,
            headers(("Idempotency-Replayed" = String, description = "`true` if this answer repeats that of an earlier request with the same key"))),
        (status = 409, description = "Another request with this idempotency key is in progress", body = ProblemDocument, content_type = "application/problem+json"),
        Accepts,
        ReadsBody,
    ),
)]
pub(super) async fn message_created(call: SendCall) -> Result<Response, Problem> {
    call.accept(|value, _now| events::message_created(value))
        .await
}
