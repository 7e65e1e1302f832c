//! `POST /api/v1/notifications`: accepts a notification for up to a thousand users.

use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use campanile_domain::Clock;
use campanile_intake::{FieldError, Intake, IntakeError, SendRequest, Sent};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

use super::idempotency_key::{IDEMPOTENCY_KEY, idempotency_key};
use super::send_body::{AcceptedBody, SendBody};
use crate::RequestLimits;
use crate::identity::Sender;
use crate::layers::RequestContext;
use crate::problem::{Problem, ProblemCode, ProblemDocument, WrongField};
use crate::v1::json_body::read_json;
use crate::v1::responses::{Guarded, ReadsBody};

/// Marks an answer that was given before.
const IDEMPOTENCY_REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The batcher drains many times a second; a second is long enough to make a difference.
const COME_AGAIN: Duration = Duration::from_secs(1);

impl From<IntakeError> for Problem {
    fn from(error: IntakeError) -> Self {
        match error {
            IntakeError::KeyReused => Self::new(
                ProblemCode::IdempotencyKeyReused,
                format!("This {IDEMPOTENCY_KEY} was used for another request"),
            ),
            IntakeError::KeyBusy => Self::new(
                ProblemCode::IdempotencyKeyInUse,
                format!("Another request with this {IDEMPOTENCY_KEY} is being accepted"),
            )
            .retry_after(COME_AGAIN),
            IntakeError::Overloaded => Self::new(
                ProblemCode::Overloaded,
                "Too many requests are waiting to be written",
            )
            .retry_after(COME_AGAIN),
            IntakeError::Unavailable => Self::unavailable("The database cannot be reached"),
            IntakeError::Internal(cause) => {
                tracing::error!(%cause, "a request could not be written");
                Self::internal()
            }
        }
    }
}

fn accepted(sent: Sent) -> Response {
    let mut response = (
        StatusCode::ACCEPTED,
        [(header::CONTENT_TYPE, "application/json")],
        sent.body,
    )
        .into_response();
    if sent.replayed {
        let replayed = HeaderValue::from_static("true");
        response
            .headers_mut()
            .insert(IDEMPOTENCY_REPLAYED, replayed);
    }
    response
}

/// Accepts a notification for each recipient.
///
/// The answer comes once all of them are durable; what happens then is told by the timeline.
#[utoipa::path(
    post,
    operation_id = "send_notification",
    path = "/api/v1/notifications",
    tag = "services",
    security(("bearer" = ["notifications:send"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters; the same request under the same key is accepted once within a day")),
    request_body(content = SendBody, content_type = "application/json"),
    responses(
        (status = 202, description = "Accepted and durable", body = AcceptedBody,
            headers(("Idempotency-Replayed" = String, description = "`true` if this answer was given before")),
            links(("timeline" = (operation_id = "explain_notification", parameters(("id" = "$response.body#/notifications/0/id")))))),
        (status = 409, description = "Another request with this idempotency key is being accepted", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
        ReadsBody,
    ),
)]
pub(super) async fn send(
    sender: Sender,
    State(intake): State<Intake>,
    State(clock): State<Arc<dyn Clock>>,
    State(limits): State<RequestLimits>,
    Extension(context): Extension<RequestContext>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let value = read_json(&headers, body, limits).await?;
    let request = SendRequest::from_json(&value, clock.now());
    let (key, request) = both(idempotency_key(&headers), request).map_err(Problem::validation)?;
    let sent = intake
        .send(sender.tenant(), context.id().as_str(), request, key)
        .await?;
    Ok(accepted(sent))
}

/// Joins what is wrong with the header and what is wrong with the body into one answer.
fn both<K>(
    key: Result<K, WrongField>,
    request: Result<SendRequest, Vec<FieldError>>,
) -> Result<(K, SendRequest), Vec<WrongField>> {
    match (key, request) {
        (Ok(key), Ok(request)) => Ok((key, request)),
        (key, request) => Err(key
            .err()
            .into_iter()
            .chain(request.err().into_iter().flatten().map(WrongField::from))
            .collect()),
    }
}
