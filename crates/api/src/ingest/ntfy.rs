//! `PUT` or `POST /ntfy/{topic}`, `GET /ntfy/{topic}/publish`, and JSON to `/ntfy` or `/`: as an ntfy server.

use axum::Json;
use axum::extract::{FromRequest, State};
use axum::extract::{FromRequestParts, Path, Request};
use axum::response::{IntoResponse, Response};
use campanile_app::ingest::Taken;
use campanile_domain::IngestKind;
use campanile_ingest::Refusal;
use campanile_ingest::ntfy::{self, Options, Published};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use super::call::{IngestCall, ReadCall};
use crate::ApiState;
use crate::problem::{Problem, ProblemCode};

/// Publishes the body to the topic of the path; without one, the parameter `message`.
pub(super) async fn publish(State(state): State<ApiState>, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let topic = Path::<String>::from_request_parts(&mut parts, &state).await;
    let topic = topic.map_or_else(|_| String::new(), |Path(topic)| topic);
    let call = IngestCall::from_request(Request::from_parts(parts, body), &state).await;
    let published = published(call, |call| {
        ntfy::read(&topic, options(call)?, &call.body, call.now)
    });
    published.await.unwrap_or_else(refused)
}

/// Publishes a message that is JSON.
pub(super) async fn publish_json(call: Result<IngestCall, Problem>) -> Response {
    let published = published(call, |call| {
        ntfy::read_json(options(call)?, &call.body, call.now)
    });
    published.await.unwrap_or_else(refused)
}

async fn published(
    call: Result<IngestCall, Problem>,
    read: impl FnOnce(&ReadCall) -> Result<Published, Refusal>,
) -> Result<Response, Problem> {
    let call = call?.read(&[IngestKind::Ntfy]).await?;
    let mut published = read(&call).map_err(|refusal| call.refused(refusal))?;
    let message = std::mem::take(&mut published.message);
    let mut answer = echo(&published, &message, call.now.timestamp());
    let taken = call.take(message).await?;
    answer["id"] = id(&taken);
    Ok(Json(answer).into_response())
}

fn options(call: &ReadCall) -> Result<Options, Refusal> {
    Options::of(texts(&call.headers), call.uri.query())
}

fn texts(headers: &HeaderMap) -> impl Iterator<Item = (&str, &[u8])> {
    headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_bytes()))
}

/// The message as an ntfy server answers it.
fn echo(published: &Published, message: &campanile_ingest::Message, now: i64) -> Value {
    let at = message.send_at.map_or(now, |at| at.timestamp().max(now));
    let mut answer = json!({
        "id": null,
        "time": at,
        "event": "message",
        "topic": published.topic,
        "message": message.body,
    });
    if message.title.as_deref() != Some(&*published.topic) {
        answer["title"] = json!(message.title);
    }
    if published.priority != 3 {
        answer["priority"] = json!(published.priority);
    }
    if !published.tags.is_empty() {
        answer["tags"] = json!(published.tags);
    }
    if let Some(click) = &message.link {
        answer["click"] = json!(click);
    }
    answer
}

/// The notification of the one user, or the send to all subscribers.
fn id(taken: &Taken) -> Value {
    let notification = taken.notifications.first();
    let id = notification.map(ToString::to_string);
    json!(id.or_else(|| taken.fanout.map(|id| id.to_string())))
}

/// Its clients show `error`, and tell kinds of errors by `code`: the status and two digits.
fn refused(problem: Problem) -> Response {
    let status = match problem.code() {
        ProblemCode::ValidationFailed | ProblemCode::UnsupportedMediaType => {
            StatusCode::BAD_REQUEST
        }
        code => code.status(),
    };
    let http = status.as_u16();
    let code = u32::from(http) * 100 + 1;
    let body = Json(json!({"code": code, "http": http, "error": problem.detail()}));
    problem.with_body(status, body)
}
