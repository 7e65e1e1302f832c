//! `GET /api/v1/notifications/stream`: the caller's inbox as server-sent events.

use std::fmt::Write;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Extension;
use axum::body::{Body, HttpBody};
use axum::extract::State;
use axum::response::Response;
use bytes::Bytes;
use campanile_domain::Clock;
use campanile_live::{Ending, Event, Stream};
use campanile_telemetry::metrics;
use chrono::TimeDelta;
use http::{HeaderMap, HeaderName, HeaderValue, Uri, Version, header};
use hyper::body::Frame;

use super::opening::{Means, open};
use super::wire::{Connection, Count, Failure, Gap, Read, words};
use crate::identity::StreamUser;
use crate::problem::Problem;
use crate::server::{Link, Parts};
use crate::v1::responses::{Guarded, ReadsQuery};

/// Tells nginx to pass each event on at once.
const X_ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// A client that loses its connection comes back after one to three seconds.
const RETRY_LEAST: Duration = Duration::from_secs(1);
const RETRY_SPREAD: TimeDelta = TimeDelta::seconds(2);

/// The schemas of the events, which no JSON body of an operation names.
#[derive(utoipa::OpenApi)]
#[openapi(components(schemas(Connection<'static>, Read, Count, Gap, Failure)))]
pub(crate) struct EventSchemas;

/// Sends what happens in the caller's inbox, as server-sent events.
///
/// The events are `connection` (first, once), `notification` (the entry as the list has it), `read`, `count`, `gap` and
/// `error`; `docs/guides/live.md` describes them. The server ends each stream after some minutes (STREAM_LIFE) and when
/// the token expires. A client reconnects with the last event id that it has seen, and is sent what it has missed. A
/// browser's `EventSource` must be opened anew for that, with another ticket and `since`. What arrived in the 60 seconds
/// before that id may be sent again. A notification that is repeated, came late, or was marked as unread or put back into
/// the list has the same `id` in its data, but no `id` line: a client must not resume there. A comment is sent as a sign
/// of life (STREAM_HEARTBEAT).
#[utoipa::path(
    get,
    operation_id = "stream_notifications",
    path = "/api/v1/notifications/stream",
    tag = "users",
    security(("bearer" = ["inbox"])),
    params(
        ("since" = Option<uuid::Uuid>, Query, description = "Resume after this notification, or after the `cursor` of a `connection` event"),
        ("types" = Option<String>, Query, description = "Only notifications of these types, separated by commas; at most 64"),
        ("ticket" = Option<String>, Query, description = "A ticket of `POST /api/v1/notifications/stream-ticket`, instead of a token"),
        ("Last-Event-ID" = Option<String>, Header, description = "As `since`, which it overrides"),
    ),
    responses(
        (status = 200, description = "Events until the stream ends", content_type = "text/event-stream", body = String),
        Guarded,
        ReadsQuery,
    ),
)]
pub(crate) async fn stream(
    caller: StreamUser,
    State(means): State<Means>,
    link: Option<Extension<Link>>,
    version: Version,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let stream = open(&caller, &means, &uri, &headers, "sse").await?;
    let spread = means.random.up_to(RETRY_SPREAD);
    let retry = RETRY_LEAST + spread.to_std().unwrap_or_default();
    let events = Events {
        stream,
        clock: means.clock,
        retry: Some(retry),
        is_over: false,
    };
    let link = link.filter(|_| matches!(version, Version::HTTP_10 | Version::HTTP_11));
    let closes = link.is_some();
    let body = match link {
        Some(Extension(link)) => link.long_body(Box::new(events), version),
        None => Body::new(events),
    };
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-store"),
        (X_ACCEL_BUFFERING, "no"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if closes {
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(response)
}

/// A stream as the body of a response. What waits goes out as one part.
struct Events {
    stream: Stream,
    clock: Arc<dyn Clock>,
    /// For the first part.
    retry: Option<Duration>,
    is_over: bool,
}

impl Parts for Events {
    fn poll_part(&mut self, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        loop {
            if self.is_over {
                return Poll::Ready(None);
            }
            let Some(events) = std::task::ready!(self.stream.poll_events(cx)) else {
                return Poll::Ready(None);
            };
            let mut text = String::new();
            if let Some(retry) = self.retry.take() {
                push_retry(&mut text, retry);
            }
            for event in events {
                if let Err(error) = self.push(&mut text, event) {
                    tracing::error!(%error, "the stored content of a notification is not JSON; the stream is closed");
                    self.is_over = true;
                }
            }
            if !text.is_empty() {
                return Poll::Ready(Some(text.into()));
            }
        }
    }

    fn closed_because(&mut self, why: &'static str) {
        self.stream.closed_because(why);
    }
}

impl HttpBody for Events {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = self.poll_part(cx);
        polled.map(|part| part.map(|part| Ok(Frame::data(part))))
    }
}

impl Events {
    fn push(&self, text: &mut String, event: Event) -> Result<(), serde_json::Error> {
        match &event {
            Event::Heartbeat => text.push_str(": heartbeat\n\n"),
            Event::End(Ending::Draining { reconnect_in }) => {
                push_retry(text, *reconnect_in);
                text.push('\n');
            }
            _ => {}
        }
        let user = &self.stream.whose().user;
        if let Some(words) = words(event, user, self.clock.now())? {
            let counts = &metrics().stream_events_total;
            counts.with_label_values(&[words.event]).inc();
            if let Some(id) = words.id {
                let _ = writeln!(text, "id: {}", id.0);
            }
            let _ = write!(text, "event: {}\ndata: ", words.event);
            push_data(text, &words.data);
            text.push_str("\n\n");
        }
        Ok(())
    }
}

fn push_retry(text: &mut String, retry: Duration) {
    let _ = writeln!(text, "retry: {}", retry.as_millis());
}

/// JSON as it was sent may have line breaks between its parts (and nowhere else): each begins another `data` line.
fn push_data(text: &mut String, data: &str) {
    if !data.contains(['\n', '\r']) {
        text.push_str(data);
        return;
    }
    let lines = data.split(['\n', '\r']).filter(|line| !line.is_empty());
    for (number, line) in lines.enumerate() {
        if number > 0 {
            text.push_str("\ndata: ");
        }
        text.push_str(line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_breaks_of_a_content_begin_further_data_lines() {
        for (data, expected) in [
            ("{}", "{}"),
            ("{\n\"a\":1}", "{\ndata: \"a\":1}"),
            ("{\r\n\"a\":1\r}", "{\ndata: \"a\":1\ndata: }"),
        ] {
            let mut text = String::new();
            push_data(&mut text, data);
            assert_eq!(text, expected);
        }
    }
}
