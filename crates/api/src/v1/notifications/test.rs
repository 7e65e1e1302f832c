//! `POST /api/v1/notifications/test`: sends one notification at once and says what came of it.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::{Extension, Json};
use campanile_domain::{Channel, Clock, DeliveryState, NotificationId, TenantId};
use campanile_fields::{FieldCode, FieldError};
use campanile_intake::{Intake, SentToUsers, TestBody, TestRequest};
use campanile_storage::{Storage, TimelineRecord};
use tokio::time::Instant;

use super::test_body::TestResults;
use crate::RequestLimits;
use crate::identity::Tester;
use crate::layers::RequestContext;
use crate::problem::{Problem, ProblemCode, ProblemDocument};
use crate::state::Tests;
use crate::v1::json_body::JsonBody;
use crate::v1::responses::{Guarded, ReadsBody};

/// How long the outcome is waited for.
const PATIENCE: Duration = Duration::from_secs(15);
/// The first pause between two looks at the rows, and the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(250);

/// Sends a test notification through the given channels and waits up to 15 s for the outcomes.
///
/// Workers deliver it like any other notification, at critical priority, with the real preferences, providers and
/// addresses. The answer has the first outcome of each channel: `retrying` if the attempt failed and will be retried,
/// `queued` if there is no outcome in time, and a reason if the delivery was suppressed or deferred. A user sends to
/// themselves; a service must name the user.
#[utoipa::path(
    post,
    operation_id = "send_test_notification",
    path = "/api/v1/notifications/test",
    tag = "services",
    security(("bearer" = ["notifications:send"]), ("bearer" = ["inbox"])),
    request_body(content = TestBody, content_type = "application/json"),
    responses(
        (status = 200, description = "The outcome of each channel", body = TestResults),
        (status = 503, description = "Too many concurrent tests, or the database cannot be reached", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
        ReadsBody,
    ),
)]
#[expect(clippy::too_many_arguments, reason = "each is a separate part")]
pub(super) async fn test(
    tester: Tester,
    State(intake): State<Intake>,
    State(storage): State<Arc<dyn Storage>>,
    State(clock): State<Arc<dyn Clock>>,
    State(limits): State<RequestLimits>,
    State(Tests(seats)): State<Tests>,
    Extension(context): Extension<RequestContext>,
    body: JsonBody,
) -> Result<Json<TestResults>, Problem> {
    let wanted = body.read(|body| TestRequest::from_json(body.json()));
    let wanted = wanted.await??;
    let Some(user) = tester.recipient(wanted.user_id.clone())? else {
        let detail = "is required for services";
        return Err(FieldError::new("/user_id", FieldCode::Required, detail).into());
    };
    let _seat = seats.take(tester.tenant(), Some(tester.subject())).await?;
    let begun = Instant::now();
    let until = begun + PATIENCE.min(limits.request_timeout / 2);
    let (tenant, request) = (tester.tenant(), wanted.to(user, clock.now()));
    let request_id = context.id().as_str();
    let sent = intake.send(tenant, request_id, request, None).await?;
    let id = accepted_id(&sent.answer)?;
    let record = outcome(storage.as_ref(), tenant, id, &wanted.channels, until).await?;
    Ok(Json(TestResults::new(
        &wanted.channels,
        &record,
        clock.now(),
    )))
}

fn accepted_id(sent: &SentToUsers) -> Result<NotificationId, Problem> {
    let first = sent.notifications.first();
    first.map(|(id, _)| *id).ok_or_else(|| {
        tracing::error!("an accepted test has no id");
        Problem::internal()
    })
}

/// Looks at the rows until every channel has an outcome or the time is over: who delivers it is some
/// worker, and its rows are the only word between it and us.
async fn outcome(
    storage: &dyn Storage,
    tenant: &TenantId,
    id: NotificationId,
    channels: &[Channel],
    until: Instant,
) -> Result<TimelineRecord, Problem> {
    let mut pause = FIRST_PAUSE;
    loop {
        let record = storage.timeline(tenant, id).await?;
        let record = record.ok_or_else(|| {
            // Its user was quicker.
            let detail = "The test notification was deleted before its outcome was known";
            Problem::new(ProblemCode::NotificationNotFound, detail)
        })?;
        if is_told(channels, &record) || Instant::now() >= until {
            return Ok(record);
        }
        tokio::time::sleep_until(until.min(Instant::now() + pause)).await;
        pause = (pause * 3 / 2).min(LONGEST_PAUSE);
    }
}

/// Whether each channel was planned, and no delivery waits for its first outcome.
fn is_told(channels: &[Channel], record: &TimelineRecord) -> bool {
    let is_told = |channel: &Channel| {
        let mut lines = record.deliveries.iter();
        *channel == Channel::InApp || lines.any(|line| line.channel == *channel)
    };
    let waits = |state| state == DeliveryState::Queued;
    channels.iter().all(is_told) && !record.deliveries.iter().any(|line| waits(line.state))
}
