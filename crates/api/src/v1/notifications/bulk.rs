//! `POST /api/v1/notifications/bulk`: accepts up to a thousand requests, each for itself.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use campanile_domain::Clock;
use campanile_intake::{BulkBody, BulkRequest, Intake};
use futures_util::{StreamExt, stream};
use http::{HeaderValue, StatusCode, header};
use tokio::time::Instant;

use super::bulk_body::{BulkResults, Line};
use super::bulk_item::{Call, accept};
use super::idempotency_key::idempotency_key;
use super::send::{IDEMPOTENCY_REPLAYED, both};
use crate::RequestLimits;
use crate::identity::MeteredSender;
use crate::layers::RequestContext;
use crate::problem::Problem;
use crate::v1::json_body::JsonBody;
use crate::v1::responses::{Guarded, ReadsBody};

/// Items on their way into the database at once: they share commits with one another and with
/// everybody else's, and leave room for these.
const AT_ONCE: usize = 64;

/// Sends up to 1,000 notifications in one request. Each item is accepted or refused independently.
///
/// `results` has one entry for each item, in order: what `POST /api/v1/notifications` would have answered. With an
/// `Idempotency-Key`, repeating the call returns the first answer of each item and accepts the items that were not
/// reached; an item that has changed since gets the problem `idempotency_key_reused`. Each item counts against the
/// rate limits like a separate request. If the texts of all items, multiplied by their recipients, exceed 32 MiB, the
/// items above the limit get 413. The answer lists the first wrong field of each item and up to 1,000 more;
/// `errors_omitted` counts the rest.
#[utoipa::path(
    post,
    operation_id = "send_notifications",
    path = "/api/v1/notifications/bulk",
    tag = "services",
    security(("bearer" = ["notifications:send"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters. Within a day, each item is accepted once under this key and its position")),
    request_body(content = BulkBody, content_type = "application/json",
        example = json!({"items": [
            {"notification_type": "new_message", "recipients": ["u1"], "title": "First", "content": {}},
            {"notification_type": "friend_request", "recipients": ["u1", "u2"], "title": "Second", "content": {}}]})),
    responses(
        (status = 207, description = "The result of each item. One that the tenant has no room for has 429 `queue_full` or 403 `storage_full`", body = BulkResults,
            headers(("Idempotency-Replayed" = String, description = "`true` if every accepted item had been accepted by an earlier request"))),
        Guarded,
        ReadsBody,
    ),
)]
pub(super) async fn bulk(
    sender: MeteredSender,
    State(intake): State<Intake>,
    State(clock): State<Arc<dyn Clock>>,
    State(limits): State<RequestLimits>,
    Extension(context): Extension<RequestContext>,
    body: JsonBody,
) -> Result<Response, Problem> {
    let begun = Instant::now();
    let (now, key) = (clock.now(), idempotency_key(body.headers()));
    let items = body
        .of_at_most(limits.bulk_body_bytes)
        .read(|body| BulkRequest::from_json(body.json(), now, limits.body_bytes))
        .await?;
    let (key, items) = both(key, items)?;
    let call = Call {
        sender: &sender,
        intake: &intake,
        request_id: context.id().as_str(),
        key: key.as_deref(),
        // What is not begun by then would not be answered in time.
        last_begin: begun + limits.request_timeout / 2,
    };
    let lines = stream::iter(items.items.into_iter().enumerate())
        .map(|(place, item)| accept(&call, place, item))
        .buffered(AT_ONCE)
        .collect::<Vec<_>>()
        .await;
    answer(&lines)
}

fn answer(lines: &[Line]) -> Result<Response, Problem> {
    // Nothing at all went in: that is no partial success, and retrying callers look at the status.
    let is_shed = |line: &Line| line.status() == StatusCode::SERVICE_UNAVAILABLE;
    if lines.iter().all(is_shed)
        && let Some(refusal) = lines.first().and_then(Line::refusal)
    {
        return Err(refusal.clone());
    }
    let json = BulkResults::json(lines).map_err(|error| {
        tracing::error!(%error, "a response cannot be serialised; the caller got 500");
        Problem::internal()
    })?;
    let content_type = [(header::CONTENT_TYPE, "application/json")];
    let mut response = (StatusCode::MULTI_STATUS, content_type, json).into_response();
    let mut accepted = lines.iter().filter_map(Line::is_replay).peekable();
    if accepted.peek().is_some() && accepted.all(|is_replay| is_replay) {
        let replayed = HeaderValue::from_static("true");
        response
            .headers_mut()
            .insert(IDEMPOTENCY_REPLAYED, replayed);
    }
    Ok(response)
}
