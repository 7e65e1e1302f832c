//! `POST /api/v1/notifications`: accepts a notification for up to a thousand users.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{FromRef, State};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use campanile_app::dry_runs::DryRuns;
use campanile_domain::{Clock, TenantId};
use campanile_fields::{FieldError, FieldErrors};
use campanile_intake::{
    Intake, IntakeError, RequestToSend, SendBody, SendRequest, Sent, TopicError,
};
use chrono::{DateTime, Utc};
use http::{HeaderName, HeaderValue, StatusCode};

use super::dry_run_body::DryRunBody;
use super::idempotency_key::{IDEMPOTENCY_KEY, idempotency_key};
use super::send_body::AcceptedBody;
use crate::ApiState;
use crate::identity::Sender;
use crate::layers::RequestContext;
use crate::problem::{Problem, ProblemCode, ProblemDocument};
use crate::seats::Seats;
use crate::state::DryRunSeats;
use crate::v1::json_body::JsonBody;
use crate::v1::responses::{Accepts, ReadsBody};
use crate::v1::topics::not_found;

/// The header of a response that repeats that of an earlier request.
pub(super) const IDEMPOTENCY_REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// `Retry-After` of a request that was shed: the batcher writes many times a second, so a second makes a difference.
const COME_AGAIN: Duration = Duration::from_secs(1);

/// `Retry-After` where a tenant's queue is full: what waits is counted every five seconds.
const WHEN_SOME_IS_DELIVERED: Duration = Duration::from_secs(5);

impl From<IntakeError> for Problem {
    fn from(error: IntakeError) -> Self {
        match error {
            IntakeError::KeyReused => Self::new(
                ProblemCode::IdempotencyKeyReused,
                format!("This {IDEMPOTENCY_KEY} was already used for a different request"),
            ),
            IntakeError::Late(error) => error.into(),
            IntakeError::Refused(errors) => errors.into(),
            IntakeError::KeyBusy => Self::new(
                ProblemCode::IdempotencyKeyInUse,
                format!("Another request with this {IDEMPOTENCY_KEY} is in progress; retry later"),
            )
            .retry_after(COME_AGAIN),
            IntakeError::QueueFull { used, most } => Self::new(
                ProblemCode::QueueFull,
                format!(
                    "The request would exceed the limit max_queued of the tenant: {used} of {most} notifications and deliveries \
                     are waiting; retry later"
                ),
            )
            .retry_after(WHEN_SOME_IS_DELIVERED),
            IntakeError::StorageFull { used, most } => Self::new(
                ProblemCode::StorageFull,
                format!(
                    "The request would exceed the limit max_notifications of the tenant: {used} of {most} notifications are stored; \
                     they are removed when their retention period ends"
                ),
            ),
            IntakeError::Overloaded => Self::new(
                ProblemCode::Overloaded,
                "Too many requests are waiting to be stored; retry later",
            )
            .retry_after(COME_AGAIN),
            IntakeError::Unavailable => Self::unavailable("The database cannot be reached"),
            IntakeError::Internal(cause) => {
                tracing::error!(%cause, "a request could not be stored");
                Self::internal()
            }
        }
    }
}

impl From<TopicError> for Problem {
    fn from(error: TopicError) -> Self {
        match error {
            TopicError::NotFound => not_found(),
            TopicError::TooManyOpen => Self::new(
                ProblemCode::Overloaded,
                "The tenant has too many fan-outs in progress; retry later",
            )
            .retry_after(COME_AGAIN),
            TopicError::Intake(error) => error.into(),
        }
    }
}

/// What handles a request: accepting it, or a dry run.
pub(super) struct Takers {
    intake: Intake,
    dry_runs: DryRuns,
    seats: Seats,
}

impl FromRef<ApiState> for Takers {
    fn from_ref(state: &ApiState) -> Self {
        Self {
            intake: Intake::from_ref(state),
            dry_runs: DryRuns::from_ref(state),
            seats: DryRunSeats::from_ref(state).0,
        }
    }
}

impl Takers {
    async fn dry_run(
        &self,
        tenant: &TenantId,
        request: &SendRequest,
        now: DateTime<Utc>,
    ) -> Result<DryRunBody, Problem> {
        self.intake.check_recipients(tenant, request).await?;
        self.intake.check_fits(tenant, request).await?;
        self.intake.check_links(tenant, request).await?;
        self.intake.check_content(tenant, request).await?;
        let _seat = self.seats.take(tenant, None).await?;
        Ok(self.dry_runs.of(tenant, request, now).await?.into())
    }
}

/// The answer to an accepted request.
pub(crate) fn accepted<A: Into<AcceptedBody>>(sent: Sent<A>) -> Response {
    let body: AcceptedBody = sent.answer.into();
    let mut response = (StatusCode::ACCEPTED, Json(body)).into_response();
    if sent.replayed {
        let replayed = HeaderValue::from_static("true");
        response
            .headers_mut()
            .insert(IDEMPOTENCY_REPLAYED, replayed);
    }
    response
}

/// Sends a notification to each recipient, or to all subscribers of a topic.
///
/// The service answers 202 once the request is stored durably. Follow the delivery in the timeline of each
/// notification, or in the fan-out of a topic. With `dry_run` nothing is stored, and the answer shows the planned
/// deliveries of each recipient.
#[utoipa::path(
    post,
    operation_id = "send_notification",
    path = "/api/v1/notifications",
    tag = "services",
    security(("bearer" = ["notifications:send"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters. Repeating the request with the same key within a day returns the first \
        answer and accepts nothing new")),
    request_body(content = SendBody, content_type = "application/json",
        example = json!({"notification_type": "new_message", "recipients": ["u1", "u2"], "content": {"room_id": "r1"}})),
    responses(
        (status = 200, description = "The result of the dry run; nothing is stored", body = DryRunBody),
        (status = 202, description = "The notifications are accepted and stored durably", body = AcceptedBody,
            headers(("Idempotency-Replayed" = String, description = "`true` if this answer repeats that of an earlier request with the same key")),
            links(
                ("timeline" = (operation_id = "explain_notification", parameters(("id" = "$response.body#/notifications/0/id")))),
                ("fanout" = (operation_id = "get_fanout", parameters(("id" = "$response.body#/fanout_id")))))),
        (status = 404, description = "The tenant has no topic with this key", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 409, description = "Another request with this idempotency key is in progress", body = ProblemDocument, content_type = "application/problem+json"),
        Accepts,
        ReadsBody,
    ),
)]
pub(super) async fn send(
    sender: Sender,
    State(takers): State<Takers>,
    State(clock): State<Arc<dyn Clock>>,
    Extension(context): Extension<RequestContext>,
    body: JsonBody,
) -> Result<Response, Problem> {
    let (now, key) = (clock.now(), idempotency_key(body.headers()));
    let wanted = body
        .read(|body| RequestToSend::from_json(body.json(), now))
        .await?;
    let (key, wanted) = both(key, wanted)?;
    let (tenant, id, key) = (sender.tenant(), context.id().as_str(), key.as_deref());
    let intake = &takers.intake;
    Ok(match wanted {
        RequestToSend::Users(request) => accepted(intake.send(tenant, id, request, key).await?),
        RequestToSend::Topic(request) => {
            accepted(intake.send_to_topic(tenant, id, request, key).await?)
        }
        RequestToSend::DryRun(request) => {
            Json(takers.dry_run(tenant, &request, now).await?).into_response()
        }
    })
}

/// Joins what is wrong with the header and what is wrong with the body into one answer.
pub(crate) fn both<K, R>(
    key: Result<K, FieldError>,
    request: Result<R, FieldErrors>,
) -> Result<(K, R), FieldErrors> {
    match (key, request) {
        (Ok(key), Ok(request)) => Ok((key, request)),
        (Ok(_), Err(errors)) => Err(errors),
        (Err(error), request) => {
            let mut errors = FieldErrors::from(error);
            if let Err(more) = request {
                errors.append(more);
            }
            Err(errors)
        }
    }
}
