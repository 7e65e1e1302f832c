//! `GET /api/v1/notifications/ws`: the same events over a WebSocket.

use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::response::Response;
use campanile_domain::{Clock, NotificationId};
use campanile_live::{Ending, Event, Stream};
use campanile_telemetry::metrics;
use futures_util::SinkExt;
use http::{HeaderMap, Uri};
use serde::Serialize;
use serde_json::value::RawValue;
use tokio::time::{Instant, timeout};

use super::opening::{Means, open};
use super::query::stream_query;
use super::wire::words;
use crate::identity::StreamUser;
use crate::problem::{Problem, ProblemCode};
use crate::server::Link;
use crate::v1::responses::{Guarded, ReadsQuery};

/// Clients have nothing to say but pongs; a larger message closes the connection.
const MAX_MESSAGE_BYTES: usize = 4 * 1024;
/// Buffers grow when they are needed: most connections are quiet.
const READ_BUFFER_BYTES: usize = 512;
const WRITE_BUFFER_BYTES: usize = 16 * 1024;
/// Messages that a client may send between two heartbeats.
const MAX_MESSAGES: u32 = 100;
/// A client that has not taken what was sent at once after so long is gone.
const WRITE_PATIENCE: Duration = Duration::from_secs(30);
/// A client that neither sends nor answers pings for so long is gone, see [`idle_after`].
const IDLE: Duration = Duration::from_secs(300);
/// For the pong to come back.
const PONG: Duration = Duration::from_secs(30);

/// Sends what happens in the caller's inbox over a WebSocket (RFC 6455).
///
/// The events are those of `GET /api/v1/notifications/stream`, each as a text message
/// `{"event": …, "id": …, "data": …}`; `id` is left out where the other has none. The server sends pings and closes a
/// connection that does not answer for five minutes, or two pings if that is longer. It expects no messages: text is
/// ignored, binary closes the connection. `/ws` is the same.
#[utoipa::path(
    get,
    operation_id = "open_websocket",
    path = "/api/v1/notifications/ws",
    tag = "users",
    security(("bearer" = ["inbox"])),
    params(
        ("since" = Option<uuid::Uuid>, Query, description = "Resume after this notification, or after the `cursor` of a `connection` event"),
        ("types" = Option<String>, Query, description = "Only notifications of these types, separated by commas; at most 64"),
        ("ticket" = Option<String>, Query, description = "A ticket of `POST /api/v1/notifications/stream-ticket`, instead of a token"),
    ),
    responses(
        (status = 101, description = "The protocol is switched to WebSocket"),
        (status = 400, description = "The request is no WebSocket handshake", body = crate::problem::ProblemDocument, content_type = "application/problem+json"),
        Guarded,
        ReadsQuery,
    ),
)]
pub(crate) async fn websocket(
    caller: StreamUser,
    State(means): State<Means>,
    link: Option<Extension<Link>>,
    uri: Uri,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Problem> {
    // Before the handshake: a caller without a WebSocket client learns what is wrong with the query.
    stream_query(&uri, &headers, means.clock.now())?;
    let upgrade = upgrade.map_err(|error| {
        let detail =
            format!("This path accepts only WebSocket connections (RFC 6455, version 13): {error}");
        Problem::new(ProblemCode::RequestRefused, detail)
    })?;
    let stream = open(&caller, &means, &uri, &headers, "websocket").await?;
    // The connection keeps its slot: it is as open as any other.
    let slot = link.map(|Extension(link)| link.hold());
    let (clock, idle) = (means.clock, idle_after(means.hub.limits().heartbeat));
    Ok(upgrade
        .max_message_size(MAX_MESSAGE_BYTES)
        .max_frame_size(MAX_MESSAGE_BYTES)
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(WRITE_BUFFER_BYTES)
        .on_upgrade(async move |socket| {
            let talk = Talk {
                socket,
                stream,
                clock,
                idle,
                heard_at: Instant::now(),
                messages: 0,
            };
            Box::pin(talk.run()).await;
            drop(slot);
        }))
}

/// Two pings may stay without an answer.
fn idle_after(heartbeat: Duration) -> Duration {
    IDLE.max(heartbeat * 2 + PONG)
}

/// A connection and its stream.
struct Talk {
    socket: WebSocket,
    stream: Stream,
    clock: Arc<dyn Clock>,
    /// A client that has not been heard of for so long is gone.
    idle: Duration,
    /// When the client last sent a whole message, or a pong.
    heard_at: Instant,
    /// How many messages the client has sent since the last heartbeat.
    messages: u32,
}

/// The connection is over.
#[derive(Debug, Clone, Copy)]
enum Over {
    /// The client left, or the stream has ended.
    Ended,
    /// The server closes it, for this reason.
    Closed(&'static str),
}

/// A message to the client.
#[derive(Serialize)]
struct Envelope<'a> {
    event: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<NotificationId>,
    data: &'a RawValue,
}

/// Why the server goes away, and when to come back.
#[derive(Serialize)]
struct Restart {
    code: &'static str,
    detail: &'static str,
    reconnect_in_ms: u128,
}

impl Talk {
    async fn run(mut self) {
        if let Err(Over::Closed(why)) = self.talk().await {
            self.stream.closed_because(why);
        }
    }

    async fn talk(&mut self) -> Result<(), Over> {
        loop {
            tokio::select! {
                events = self.stream.events() => match events {
                    Some(events) => in_time(self.tell(events)).await?,
                    None => return Ok(()),
                },
                message = self.socket.recv() => match message {
                    Some(Ok(message)) => self.hear(&message).await?,
                    Some(Err(_)) | None => return Err(Over::Ended),
                },
            }
            if self.heard_at.elapsed() > self.idle {
                self.close(close_code::AWAY, "idle").await;
                return Err(Over::Closed("idle"));
            }
        }
    }

    /// Takes a message: none means anything.
    async fn hear(&mut self, message: &Message) -> Result<(), Over> {
        self.heard_at = Instant::now();
        self.messages += 1;
        match message {
            Message::Close(_) => {
                // The answer is ready; it waits to be sent.
                let _ = timeout(WRITE_PATIENCE, self.socket.flush()).await;
                Err(Over::Ended)
            }
            Message::Binary(_) => {
                let why = "binary messages are not supported";
                self.close(close_code::UNSUPPORTED, why).await;
                Err(Over::Closed("binary_message"))
            }
            _ if self.messages > MAX_MESSAGES => {
                self.close(close_code::POLICY, "too many messages").await;
                Err(Over::Closed("too_many_messages"))
            }
            Message::Text(_) | Message::Ping(_) | Message::Pong(_) => Ok(()),
        }
    }

    /// Sends events, and all at once.
    async fn tell(&mut self, events: Vec<Event>) -> Result<(), Over> {
        let mut ending = None;
        for event in events {
            if let Event::End(why) = &event {
                ending = Some(*why);
            }
            let message = match event {
                Event::Heartbeat => {
                    self.messages = 0;
                    Some(Message::Ping(bytes::Bytes::new()))
                }
                Event::End(Ending::Draining { reconnect_in }) => Some(restart(reconnect_in)?),
                event => self.message(event)?,
            };
            if let Some(message) = message {
                self.socket.feed(message).await.map_err(gone)?;
            }
        }
        self.socket.flush().await.map_err(gone)?;
        match ending {
            None => Ok(()),
            Some(why) => {
                let code = match why {
                    Ending::Draining { .. } => close_code::RESTART,
                    Ending::Life => close_code::AWAY,
                    Ending::TokenExpired | Ending::TooSlow => close_code::POLICY,
                    Ending::Failed => close_code::ERROR,
                };
                self.close(code, why.name()).await;
                Err(Over::Ended)
            }
        }
    }

    fn message(&self, event: Event) -> Result<Option<Message>, Over> {
        let user = &self.stream.whose().user;
        let words = words(event, user, self.clock.now()).map_err(not_json)?;
        let Some(words) = words else {
            return Ok(None);
        };
        let counts = &metrics().stream_events_total;
        counts.with_label_values(&[words.event]).inc();
        let data = RawValue::from_string(words.data).map_err(not_json)?;
        let envelope = Envelope {
            event: words.event,
            id: words.id,
            data: &data,
        };
        let text = serde_json::to_string(&envelope).map_err(not_json)?;
        Ok(Some(Message::text(text)))
    }

    /// Says why, if the client takes it; the connection is over in any case.
    async fn close(&mut self, code: u16, reason: &'static str) {
        let frame = CloseFrame {
            code,
            reason: reason.into(),
        };
        let _ = timeout(WRITE_PATIENCE, async {
            self.socket.send(Message::Close(Some(frame))).await?;
            self.socket.close().await
        })
        .await;
    }
}

async fn in_time(write: impl Future<Output = Result<(), Over>>) -> Result<(), Over> {
    let written = timeout(WRITE_PATIENCE, write).await;
    written.unwrap_or(Err(Over::Closed("no_progress")))
}

fn gone(_: axum::Error) -> Over {
    Over::Ended
}

fn restart(reconnect_in: Duration) -> Result<Message, Over> {
    let data = Restart {
        code: "shutting_down",
        detail: "The server is shutting down; reconnect",
        reconnect_in_ms: reconnect_in.as_millis(),
    };
    let data = serde_json::value::to_raw_value(&data).map_err(not_json)?;
    let envelope = Envelope {
        event: "error",
        id: None,
        data: &data,
    };
    let text = serde_json::to_string(&envelope).map_err(not_json)?;
    Ok(Message::text(text))
}

fn not_json(error: serde_json::Error) -> Over {
    tracing::error!(%error, "an event cannot be serialised; the stream is closed");
    Over::Closed("inbox_unreadable")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_that_answers_pings_is_never_idle() {
        for (heartbeat, idle) in [(1, 300), (30, 300), (300, 630), (600, 1_230)] {
            let heartbeat = Duration::from_secs(heartbeat);
            assert_eq!(idle_after(heartbeat), Duration::from_secs(idle));
        }
    }
}
