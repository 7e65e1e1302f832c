//! `POST /api/v1/notifications/test`: sends one notification at once and says what came of it.

use axum::extract::State;
use axum::{Extension, Json};
use campanile_app::test_notifications::{TEST_PATIENCE, TestError, TestNotifications};
use campanile_fields::{FieldCode, FieldError};
use campanile_intake::{TestBody, TestRequest};

use super::test_body::TestResults;
use crate::RequestLimits;
use crate::identity::Tester;
use crate::layers::RequestContext;
use crate::problem::{Problem, ProblemCode, ProblemDocument};
use crate::state::TestSeats;
use crate::v1::json_body::JsonBody;
use crate::v1::responses::{Accepts, ReadsBody};

impl From<TestError> for Problem {
    fn from(error: TestError) -> Self {
        match error {
            TestError::NotAccepted(error) => error.into(),
            TestError::Storage(error) => error.into(),
            TestError::Deleted => {
                let detail = "The test notification was deleted before its outcome was known";
                Self::new(ProblemCode::NotificationNotFound, detail)
            }
        }
    }
}

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
    request_body(content = TestBody, content_type = "application/json",
        example = json!({"message": "Is anyone there?", "level": "info", "channels": ["in_app"], "user_id": "u1"})),
    responses(
        (status = 200, description = "The outcome of each channel", body = TestResults),
        (status = 503, description = "Too many concurrent tests, or the database cannot be reached", body = ProblemDocument, content_type = "application/problem+json"),
        Accepts,
        ReadsBody,
    ),
)]
pub(super) async fn test(
    tester: Tester,
    State(tests): State<TestNotifications>,
    State(limits): State<RequestLimits>,
    State(TestSeats(seats)): State<TestSeats>,
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
    let patience = TEST_PATIENCE.min(limits.request_timeout / 2);
    let (tenant, request_id) = (tester.tenant(), context.id().as_str());
    let results = tests.send(tenant, user, &wanted, request_id, patience);
    Ok(Json(results.await?.into()))
}
