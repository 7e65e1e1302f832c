//! A server that keeps what it is sent and answers as it is asked to.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use serde_json::Value;
use tokio::net::TcpListener;

/// What the service was sent.
#[derive(Clone)]
pub(super) struct Call {
    pub(super) path: String,
    headers: HeaderMap,
    body: Bytes,
}

impl Call {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// What the service answers.
#[derive(Clone)]
pub(super) struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
    /// How often the body is sent.
    times: usize,
}

impl Answer {
    pub(super) fn bytes(status: u16, body: &[u8]) -> Self {
        let (headers, body) = (Vec::new(), body.to_owned());
        Self {
            status,
            headers,
            body,
            times: 1,
        }
    }

    pub(super) fn text(status: u16, body: &str) -> Self {
        Self::bytes(status, body.as_bytes())
    }

    pub(super) fn json(status: u16, body: &Value) -> Self {
        Self::text(status, &body.to_string()).header("content-type", "application/json")
    }

    pub(super) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    pub(super) fn times(mut self, times: usize) -> Self {
        self.times = times;
        self
    }

    fn response(self) -> Response {
        let mut response = Response::builder().status(self.status);
        for (name, value) in &self.headers {
            response = response.header(*name, value);
        }
        let part = Bytes::from(self.body);
        let parts = std::iter::repeat_n(part, self.times);
        let parts = parts.map(Ok::<_, std::convert::Infallible>);
        let body = Body::from_stream(futures_util::stream::iter(parts));
        response.body(body).unwrap()
    }
}

#[derive(Clone)]
struct Shared {
    answer: Arc<Mutex<Answer>>,
    calls: Arc<Mutex<Vec<Call>>>,
}

pub(super) struct Service {
    port: u16,
    shared: Shared,
}

impl Service {
    pub(super) async fn start(answer: Answer) -> Self {
        let shared = Shared {
            answer: Arc::new(Mutex::new(answer)),
            calls: Arc::default(),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let router = Router::new().fallback(keep).with_state(shared.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { port, shared }
    }

    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(super) fn answer(&self, answer: Answer) {
        *self.shared.answer.lock().unwrap() = answer;
    }

    pub(super) fn calls(&self) -> Vec<Call> {
        self.shared.calls.lock().unwrap().clone()
    }
}

async fn keep(State(shared): State<Shared>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let path = uri.to_string();
    let call = Call {
        path,
        headers,
        body,
    };
    shared.calls.lock().unwrap().push(call);
    let answer = shared.answer.lock().unwrap().clone();
    answer.response()
}
