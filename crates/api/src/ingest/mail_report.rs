//! Bounces and complaints as the body of a call: a mail as it came to the address of bounces, or what a mail service says.

use axum::Json;
use campanile_ingest::mail_reports::{ServiceCall, is_service_call, read_service_call};
use serde_json::{Value, json};

use super::call::ReadCall;
use crate::problem::Problem;

/// Takes it.
pub(super) async fn take(call: &ReadCall) -> Result<Json<Value>, Problem> {
    if is_service_call(&call.body) {
        return take_service_call(call).await;
    }
    // What is no report is answered with success, too: the caller could not do better with it.
    let taken = call.take_report().await?;
    let (kind, result) = (taken.kind.name(), taken.result.name());
    let tenant = &call.address().tenant;
    tracing::info!(tenant.id = %tenant, report.kind = kind, report.result = result, "took a report about a mail");
    Ok(Json(json!({"kind": kind, "result": result})))
}

async fn take_service_call(call: &ReadCall) -> Result<Json<Value>, Problem> {
    let said = read_service_call(&call.body).map_err(|refusal| call.refused(refusal))?;
    let tenant = &call.address().tenant;
    match said {
        ServiceCall::Events(events) => {
            let added = call.take_mail_events(&events).await?;
            let events = events.len();
            tracing::info!(tenant.id = %tenant, events, added, "took reports of a mail service");
            Ok(Json(json!({"events": events, "added": added})))
        }
        ServiceCall::Confirm(url) => {
            // It starts the calls of SNS and allows nothing else, and the operator needs it.
            tracing::warn!(tenant.id = %tenant, %url, "SNS asks to confirm its subscription: open the URL once");
            Ok(Json(json!({"events": 0, "added": 0})))
        }
    }
}
