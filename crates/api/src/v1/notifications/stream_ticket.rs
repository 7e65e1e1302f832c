//! `POST /api/v1/notifications/stream-ticket`: lets a browser open a stream.

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::identity::{InboxUser, StreamAccess};
use crate::problem::{Problem, ProblemDocument};
use crate::v1::responses::Guarded;

/// A ticket for one stream.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StreamTicket)]
pub(super) struct TicketBody {
    /// Pass it as `?ticket=` when you open the stream.
    #[schema(example = "acme.3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    ticket: String,
    /// When it expires: in 30 s, or with the token if that is earlier.
    expires_at: DateTime<Utc>,
}

/// Issues a ticket that opens one stream of the caller, for browsers, whose `EventSource` and `WebSocket` cannot send a
/// token in a header.
///
/// It can be used once, on any node, within 30 s. The stream lasts no longer than the token that the ticket was issued
/// for. Issue a new one for each connection, also when you reconnect.
#[utoipa::path(
    post,
    operation_id = "create_stream_ticket",
    path = "/api/v1/notifications/stream-ticket",
    tag = "users",
    security(("bearer" = ["inbox"])),
    responses(
        (status = 201, description = "The ticket", body = TicketBody),
        (status = 409, description = "This installation issues no tickets: it has several nodes and no Redis", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "The store of tickets or the database does not answer", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
    ),
)]
pub(super) async fn stream_ticket(
    caller: InboxUser,
    State(access): State<StreamAccess>,
) -> Result<(StatusCode, Json<TicketBody>), Problem> {
    let issued = access.tickets.issue(&caller).await?;
    let body = TicketBody {
        ticket: issued.text,
        expires_at: issued.expires_at,
    };
    Ok((StatusCode::CREATED, Json(body)))
}
