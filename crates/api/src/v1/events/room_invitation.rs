//! `POST /api/v1/events/room-invitation`: tells a user of an invitation to a room.

use axum::response::Response;
use campanile_intake::events;

use super::event_body::RoomInvitationBody;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::notifications::send_body::AcceptedForUsers;
use crate::v1::responses::{Guarded, ReadsBody};
use crate::v1::send_call::SendCall;

/// Tells a user of an invitation to a room.
///
/// The invited gets `room_invitation`; its content has `room_id`, `room_name`, `room_description`,
/// `inviter_id`, `inviter_username`, `inviter_info` and `invitee_id`.
#[utoipa::path(
    post,
    operation_id = "room_invitation",
    path = "/api/v1/events/room-invitation",
    tag = "services",
    security(("bearer" = ["notifications:send"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters; the same request under the same key is accepted once within a day")),
    request_body(content = RoomInvitationBody, content_type = "application/json"),
    responses(
        (status = 202, description = "Accepted and durable", body = AcceptedForUsers,
            headers(("Idempotency-Replayed" = String, description = "`true` if this answer was given before"))),
        (status = 409, description = "Another request with this idempotency key is being accepted", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
        ReadsBody,
    ),
)]
pub(super) async fn room_invitation(call: SendCall) -> Result<Response, Problem> {
    call.accept(|value, _now| events::room_invitation(value))
        .await
}
