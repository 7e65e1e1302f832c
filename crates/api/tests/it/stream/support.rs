//! A server with streams, and a client that reads them.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use campanile_api::{ServerLimits, serve};
use campanile_live::{Hub, StreamLimits};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::support::{TestApi, token};

/// Longer than anything takes on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(30);

pub struct Live {
    pub api: Arc<TestApi>,
    pub hub: Hub,
    pub address: SocketAddr,
    pub stop: CancellationToken,
    pub server: JoinHandle<()>,
}

impl Live {
    pub async fn start() -> Self {
        Self::with(StreamLimits::default(), ServerLimits::default()).await
    }

    pub async fn with(streams: StreamLimits, limits: ServerLimits) -> Self {
        let (api, hub) = TestApi::with_streams(streams).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, stop) = (listener.local_addr().unwrap(), CancellationToken::new());
        let serving = serve(listener, api.router.clone(), stop.clone(), limits);
        Self {
            api: Arc::new(api),
            hub,
            address,
            stop,
            server: tokio::spawn(serving),
        }
    }

    pub fn url(&self, query: &str) -> String {
        let address = self.address;
        format!("http://{address}/api/v1/notifications/stream?{query}")
    }

    /// A stream of a user of `acme`, connected.
    pub async fn open(&self, user: &str, query: &str) -> (Reader, Frame) {
        self.open_with(reqwest::Client::new(), user, query, None)
            .await
    }

    pub async fn open_with(
        &self,
        client: reqwest::Client,
        user: &str,
        query: &str,
        last: Option<&str>,
    ) -> (Reader, Frame) {
        let mut request = client
            .get(self.url(query))
            .bearer_auth(token("acme", user, "inbox"));
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert_eq!(response.headers()["x-accel-buffering"], "no");
        let mut reader = Reader {
            response,
            text: String::new(),
            waiting: VecDeque::new(),
        };
        let first = reader.next().await.expect("a first event");
        assert_eq!(first.event, "connection");
        (reader, first)
    }

    /// Sends a notification and gives its id.
    pub async fn send(&self, to: &str, kind: &str) -> String {
        self.send_content(to, kind, "Hello").await
    }

    pub async fn send_content(&self, to: &str, kind: &str, text: &str) -> String {
        let body = json!({
            "notification_type": kind,
            "recipients": [to],
            "content": {"text": text},
        });
        let answer = self.api.post(body.to_string()).await;
        assert_eq!(answer.status, 202, "{}", answer.text);
        let id = &answer.json()["notifications"][0]["id"];
        id.as_str().unwrap().to_owned()
    }

    /// Calls as a user of `acme`.
    pub async fn call(&self, method: &str, path: &str, user: &str) -> Value {
        let request = http::Request::builder()
            .method(method)
            .uri(format!("/api/v1/notifications{path}"))
            .header(
                "authorization",
                format!("Bearer {}", token("acme", user, "inbox")),
            )
            .body(axum::body::Body::empty());
        let answer = self.api.call(request.unwrap()).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()
    }

    /// Waits until so many streams are open.
    pub async fn wait_for_streams(&self, number: usize) {
        let wait = async {
            while self.hub.open_streams() != number {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(PATIENCE, wait).await.unwrap();
    }
}

/// One event.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    pub event: String,
    pub id: Option<String>,
    pub retry: Option<u64>,
    pub data: Value,
}

/// Reads a stream frame by frame.
pub struct Reader {
    response: reqwest::Response,
    text: String,
    waiting: VecDeque<Frame>,
}

impl Reader {
    /// The next event; `None` at the end of the stream, orderly or not.
    pub async fn next(&mut self) -> Option<Frame> {
        loop {
            if let Some(frame) = self.waiting.pop_front() {
                return Some(frame);
            }
            let chunk = timeout(PATIENCE, self.response.chunk()).await.unwrap();
            let chunk = chunk.ok().flatten()?;
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
            while let Some(end) = self.text.find("\n\n") {
                let rest = self.text.split_off(end + 2);
                let block = std::mem::replace(&mut self.text, rest);
                self.waiting.extend(frame(&block));
            }
        }
    }

    /// The next event of this name; others are left out.
    pub async fn find(&mut self, event: &str) -> Frame {
        loop {
            let frame = self.next().await.expect("the stream goes on");
            if frame.event == event {
                return frame;
            }
        }
    }
}

fn frame(block: &str) -> Option<Frame> {
    let mut frame = Frame {
        event: String::new(),
        id: None,
        retry: None,
        data: Value::Null,
    };
    let mut data = String::new();
    for line in block.lines() {
        let (name, value) = line.split_once(": ").unwrap_or((line, ""));
        match name {
            "event" => frame.event = value.to_owned(),
            "id" => frame.id = Some(value.to_owned()),
            "retry" => frame.retry = value.parse().ok(),
            "data" => data.push_str(value),
            _ => {}
        }
    }
    if data.is_empty() {
        return None;
    }
    frame.data = serde_json::from_str(&data).unwrap();
    Some(frame)
}
