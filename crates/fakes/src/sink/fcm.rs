//! FCM: tokens for every caller, and messages that are noted by the notification in their `data`.
//!
//! Nothing is verified here: that is for tests of the channel. What counts is what came, and that the
//! answer costs the machine under load little.

use std::borrow::Cow;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Deserialize;
use tokio::time::sleep;
use uuid::Uuid;

use super::Sink;
use super::script::{Endpoint, Rule, Script};
use crate::fcm::error_body;
use crate::ledger::Received;
use crate::now_us;

/// The same for all, so that a sink that was started again still knows it.
const BEARER: &str = "Bearer loadtest";
const TOKEN: &str = r#"{"access_token":"loadtest","expires_in":3600,"token_type":"Bearer"}"#;

struct Fcm {
    sink: Arc<Sink>,
    script: Script,
}

/// What is read of a body.
#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow)]
    message: Message<'a>,
}

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    token: Option<Cow<'a, str>>,
    #[serde(borrow)]
    fid: Option<Cow<'a, str>>,
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    notification_id: Uuid,
}

/// Its two endpoints.
pub(super) fn router(sink: Arc<Sink>, script: Script) -> Router {
    Router::new()
        .route("/token", post(token))
        .route("/v1/projects/{project}/messages:send", post(send))
        .with_state(Arc::new(Fcm { sink, script }))
}

async fn token(State(fcm): State<Arc<Fcm>>) -> Response {
    let Some(rule) = fcm.script.rule(Endpoint::Token, "") else {
        return answer(StatusCode::OK, TOKEN.to_owned());
    };
    sleep(rule.delay()).await;
    let error = rule.error.as_deref().unwrap_or("unavailable");
    let body = match (&rule.body, rule.status) {
        (Some(body), _) => body.clone(),
        (None, 200..300) => TOKEN.to_owned(),
        (None, _) => format!(r#"{{"error":"{error}"}}"#),
    };
    ruled(rule, body)
}

async fn send(State(fcm): State<Arc<Fcm>>, headers: HeaderMap, bytes: Bytes) -> Response {
    let is_known = headers
        .get(AUTHORIZATION)
        .is_some_and(|bearer| bearer == BEARER);
    let read: Option<Body<'_>> = serde_json::from_slice(&bytes).ok();
    let message = read.map(|body| body.message);
    let target = message.as_ref().and_then(|message| {
        let target = message.token.as_deref().or(message.fid.as_deref());
        target.map(str::to_owned)
    });
    let id = message.map(|message| message.data.notification_id);
    let rule = fcm
        .script
        .rule(Endpoint::Send, target.as_deref().unwrap_or_default());
    let status = match rule {
        Some(rule) => StatusCode::from_u16(rule.status).unwrap_or(fcm.sink.status),
        None if !is_known => StatusCode::UNAUTHORIZED,
        None if id.is_none() || target.is_none() => StatusCode::BAD_REQUEST,
        None => fcm.sink.status,
    };
    let received = Received {
        at: now_us(),
        webhook_id: id.map(|id| id.to_string()).unwrap_or_default(),
        notification_id: id,
        target,
        verified: None,
        status: status.as_u16(),
        retry_after_s: rule.and_then(|rule| rule.retry_after_s),
    };
    // What could not be noted is not taken.
    if fcm.sink.kept.add(received).is_err() {
        return answer(StatusCode::INSUFFICIENT_STORAGE, String::new());
    }
    let delay = fcm.sink.delay + rule.map(Rule::delay).unwrap_or_default();
    if !delay.is_zero() {
        sleep(delay).await;
    }
    match rule {
        Some(rule) => {
            let said = || said(status, rule.error.as_deref(), id);
            ruled(rule, rule.body.clone().unwrap_or_else(said))
        }
        None => answer(status, said(status, None, id)),
    }
}

/// What FCM says with a status.
fn said(status: StatusCode, error: Option<&str>, id: Option<Uuid>) -> String {
    if status.is_success() {
        let id = id.unwrap_or_default();
        return format!(r#"{{"name":"projects/loadtest/messages/{id}"}}"#);
    }
    let usual = match status.as_u16() {
        400 => "INVALID_ARGUMENT",
        403 => "SENDER_ID_MISMATCH",
        404 => "UNREGISTERED",
        429 => "QUOTA_EXCEEDED",
        500 => "INTERNAL",
        503 => "UNAVAILABLE",
        _ => "UNSPECIFIED_ERROR",
    };
    error_body(status.as_u16(), error.unwrap_or(usual))
}

fn ruled(rule: &Rule, body: String) -> Response {
    let status = StatusCode::from_u16(rule.status).unwrap_or_default();
    let mut response = answer(status, body);
    if let Some(seconds) = rule.retry_after_s {
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    response
}

fn answer(status: StatusCode, body: String) -> Response {
    let json = HeaderValue::from_static("application/json");
    (status, [(CONTENT_TYPE, json)], body).into_response()
}
