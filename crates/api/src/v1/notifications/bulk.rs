//! `POST /api/v1/notifications/bulk`: accepts up to a thousand requests, each for itself.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use campanile_domain::Clock;
use campanile_intake::{BulkRequest, Intake};
use futures_util::{StreamExt, stream};
use http::{HeaderValue, StatusCode, header};
use tokio::time::Instant;

use super::bulk_body::{BulkBody, BulkResults, Line};
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

/// Accepts up to a thousand requests to send, each for itself.
///
/// Where many items have many wrong fields, the answer lists 1,000 of them besides the first one of each
/// item; `errors_omitted` counts the others. The answer has a line for each item, in order: what `POST /api/v1/notifications` would have
/// answered it. One that is refused keeps back no other. Under an `Idempotency-Key` a repeated call
/// gives each item its first answer and accepts what was cut off; an item that has changed since is
/// told so. Each item counts for the rate limits like a call of its own. Where the texts of all
/// items, counted for each recipient, exceed 32 MiB, the items that find no room are told 413.
#[utoipa::path(
    post,
    operation_id = "send_notifications",
    path = "/api/v1/notifications/bulk",
    tag = "services",
    security(("bearer" = ["notifications:send"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters; each item is accepted once within a day under the key and its place")),
    request_body(content = BulkBody, content_type = "application/json"),
    responses(
        (status = 207, description = "What became of each item", body = BulkResults,
            headers(("Idempotency-Replayed" = String, description = "`true` if every item that is accepted was accepted before"))),
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
        tracing::error!(%error, "an answer cannot be written");
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
