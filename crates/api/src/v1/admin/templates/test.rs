//! `POST /api/v1/admin/templates/{type}/test`: an editor sends a notification to themselves.

use std::sync::Arc;

use axum::extract::{FromRef, State};
use axum::{Extension, Json};
use campanile_app::templates::{Editor, TemplateTestBody, read_test, record_test};
use campanile_app::test_notifications::{TEST_PATIENCE, TestNotifications};
use campanile_domain::{Clock, shared_type};
use campanile_storage::Storage;

use super::TypePath;
use crate::identity::TemplateEditor;
use crate::layers::RequestContext;
use crate::problem::{Problem, ProblemCode, ProblemDocument};
use crate::seats::Seats;
use crate::state::TestSeats;
use crate::v1::json_body::JsonBody;
use crate::v1::notifications::TestResults;
use crate::v1::responses::{Guarded, ReadsBody};
use crate::{ApiState, RequestLimits};

/// What a test needs of the process.
pub(super) struct Parts {
    storage: Arc<dyn Storage>,
    tests: TestNotifications,
    limits: RequestLimits,
    seats: Seats,
}

impl FromRef<ApiState> for Parts {
    fn from_ref(state: &ApiState) -> Self {
        let TestSeats(seats) = FromRef::from_ref(state);
        Self {
            storage: FromRef::from_ref(state),
            tests: FromRef::from_ref(state),
            limits: state.limits,
            seats,
        }
    }
}

/// Sends a notification of a type to the caller, or to the user who is named, and waits up to 15 s for the outcome of each
/// channel. It uses the version in use, and is delivered like any other notification; `preview` shows drafts.
#[utoipa::path(
    post,
    operation_id = "test_template",
    path = "/api/v1/admin/templates/{type}/test",
    tag = "operators",
    security(("bearer" = ["templates:write"]), ("bearer" = ["admin"]), ("bearer" = ["platform"])),
    params(("type" = String, Path, description = "The notification type", example = "order_shipped")),
    request_body(content = TemplateTestBody, content_type = "application/json",
        example = json!({"content": {"order_id": "7"}, "channels": ["in_app"], "user_id": "u1"})),
    responses(
        (status = 200, description = "The outcome of each channel", body = TestResults),
        (status = 404, description = "The type has no version in use", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
        ReadsBody,
    ),
)]
pub(super) async fn test(
    operator: TemplateEditor,
    TypePath(of): TypePath,
    State(parts): State<Parts>,
    State(clock): State<Arc<dyn Clock>>,
    Extension(context): Extension<RequestContext>,
    body: JsonBody,
) -> Result<Json<TestResults>, Problem> {
    let test = body.read(read_test).await??;
    let found = parts.storage.template_type(operator.tenant(), &of).await?;
    // What templates share is the type of no notification.
    if of == shared_type() || found.is_none_or(|one| one.current_version.is_none()) {
        let detail = "Template not found: the type has no version in use";
        return Err(Problem::new(ProblemCode::TemplateNotFound, detail));
    }
    let (tenant, subject) = (operator.tenant(), operator.subject());
    let user = test.user_id.clone().unwrap_or_else(|| subject.clone());
    let _seat = parts.seats.take(tenant, Some(subject)).await?;
    let editor = Editor::new(operator.act());
    let recorded = record_test(parts.storage.as_ref(), tenant, &of, (&test, &user), editor);
    recorded.await?;
    let patience = TEST_PATIENCE.min(parts.limits.request_timeout / 2);
    let request = test.to(of, user, clock.now());
    let request_id = context.id().as_str();
    let tests = parts.tests;
    let results = tests.send_request(tenant, request, &test.channels, request_id, patience);
    Ok(Json(results.await?.into()))
}
