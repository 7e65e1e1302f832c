//! `POST /api/v1/events/room-invitation`: notifies a user of an invitation to a room.

use axum::response::Response;
use campanile_intake::events::{self, RoomInvitationBody};

use crate::problem::{Problem, ProblemDocument};
use crate::v1::notifications::send_body::AcceptedForUsers;
use crate::v1::responses::{Accepts, ReadsBody};
use crate::v1::send_call::SendCall;

/// Notifies a user of an invitation to a room.
///
/// The invitee receives a `room_invitation` notification. Its content has `room_id`, `room_name`, `room_description`,
/// `inviter_id`, `inviter_username`, `inviter_info` and `invitee_id`.
#[utoipa::path(
    post,
    operation_id = "room_invitation",
    path = "/api/v1/events/room-invitation",
    tag = "services",
    security(("bearer" = ["notifications:send"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters. Repeating the request with the same key within a day returns the first \
        answer and accepts nothing new")),
    request_body(content = RoomInvitationBody, content_type = "application/json",
        example = json!({"room_id": "r1", "room_name": "Mountain trip", "inviter_id": "u2", "invitee_id": "u1",
            "inviter_info": {"user_id": "u2", "username": "mara", "display_name": "Mara"}})),
    responses(
        (status = 202, description = "The notifications are accepted and stored durably", body = AcceptedForUsers,
            headers(("Idempotency-Replayed" = String, description = "`true` if this answer repeats that of an earlier request with the same key"))),
        (status = 409, description = "Another request with this idempotency key is in progress", body = ProblemDocument, content_type = "application/problem+json"),
        Accepts,
        ReadsBody,
    ),
)]
pub(super) async fn room_invitation(call: SendCall) -> Result<Response, Problem> {
    call.accept(|value, _now| events::room_invitation(value))
        .await
}
