//! `POST /notify` and `POST /notify/{key}`: as the Apprise API server.

use axum::Json;
use axum::response::{IntoResponse, Response};
use campanile_app::ingest::Taken;
use campanile_domain::IngestKind;
use campanile_ingest::apprise;
use http::header;
use serde_json::json;

use super::call::IngestCall;
use crate::problem::{Problem, ProblemCode};

/// Sends a notification, as JSON or as a form.
pub(super) async fn notify(call: Result<IngestCall, Problem>) -> Response {
    match taken(call).await {
        Ok(taken) => Json(json!({
            "error": null,
            "details": [],
            "notifications": taken.notifications,
            "fanout_id": taken.fanout,
        }))
        .into_response(),
        Err(problem) => refused(problem),
    }
}

async fn taken(call: Result<IngestCall, Problem>) -> Result<Taken, Problem> {
    let call = call?.read(&[IngestKind::Apprise]).await?;
    let content_type = call
        .header(header::CONTENT_TYPE.as_str())
        .unwrap_or_default();
    let message = apprise::read(content_type, &call.body);
    call.take(message.map_err(|refusal| call.refused(refusal))?)
        .await
}

/// Its clients look at the status and show `error`.
fn refused(problem: Problem) -> Response {
    // A call that cannot be understood is a 400 there.
    let status = match problem.code() {
        ProblemCode::ValidationFailed => http::StatusCode::BAD_REQUEST,
        code => code.status(),
    };
    let body = Json(json!({
        "error": problem.detail(),
        "code": problem.code().name(),
        "details": [],
    }));
    problem.with_body(status, body)
}
