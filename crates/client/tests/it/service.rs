//! A service on a runtime of its own, so that stopping it breaks every connection; it knows keys as the real one does.

use std::collections::{HashMap, VecDeque};
use std::future::pending;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// What the next request is answered with instead of the usual.
#[derive(Debug, Clone)]
pub enum Script {
    /// This status and body, and a `Retry-After` if it is not 0.
    Say(u16, Value, u64),
    /// Takes the call and never says so.
    LoseAnswer,
    /// Somebody else on the way answers.
    Portal,
}

/// A call that was accepted.
#[derive(Debug, Clone)]
pub struct Call {
    pub key: String,
    pub path: String,
    pub token: String,
    pub body: Value,
}

#[derive(Default)]
struct Book {
    accepted: Vec<Call>,
    by_key: HashMap<String, Bytes>,
    requests: usize,
    script: VecDeque<Script>,
    /// Bodies that contain this are answered with this status.
    poison: Option<(String, u16)>,
    valid_token: Option<String>,
}

pub struct Service {
    address: SocketAddr,
    book: Arc<Mutex<Book>>,
    runtime: Option<Runtime>,
}

impl Service {
    pub fn start() -> Self {
        let mut service = Self {
            address: "127.0.0.1:0".parse().unwrap(),
            book: Arc::default(),
            runtime: None,
        };
        service.up();
        service
    }

    pub fn up(&mut self) {
        // Bound here, so that it is up when this returns.
        let listener = std::net::TcpListener::bind(self.address).unwrap();
        listener.set_nonblocking(true).unwrap();
        self.address = listener.local_addr().unwrap();
        let app = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&self.book));
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let runtime = builder.worker_threads(1).enable_all().build().unwrap();
        runtime.spawn(async move {
            let listener = TcpListener::from_std(listener).unwrap();
            axum::serve(listener, app).await.unwrap();
        });
        self.runtime = Some(runtime);
    }

    pub fn down(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // Waits for the worker: afterwards no task of it runs any more.
            std::thread::spawn(move || drop(runtime)).join().unwrap();
        }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn script(&self, script: impl IntoIterator<Item = Script>) {
        self.book.lock().unwrap().script.extend(script);
    }

    pub fn poison(&self, text: &str, status: u16) {
        self.book.lock().unwrap().poison = Some((text.to_owned(), status));
    }

    pub fn only_token(&self, token: &str) {
        self.book.lock().unwrap().valid_token = Some(token.to_owned());
    }

    pub fn requests(&self) -> usize {
        self.book.lock().unwrap().requests
    }

    pub fn accepted(&self) -> Vec<Call> {
        self.book.lock().unwrap().accepted.clone()
    }

    /// The numbers that a user's inbox has, in its order.
    pub fn numbers(&self, user: &str) -> Vec<u64> {
        let accepted = self.accepted();
        let own = accepted.iter().filter(|c| c.body["recipients"][0] == user);
        own.map(|call| call.body["content"]["number"].as_u64().unwrap())
            .collect()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.down();
    }
}

async fn answer(
    State(book): State<Arc<Mutex<Book>>>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let reply = book.lock().unwrap().answer(&uri, &headers, &body);
    match reply {
        Some(reply) => reply,
        None => pending().await,
    }
}

fn problem(status: u16, code: &str) -> Response {
    say(status, &json!({"code": code, "detail": code}), 0)
}

fn say(status: u16, body: &Value, retry_after: u64) -> Response {
    let status = StatusCode::from_u16(status).unwrap();
    let mut reply = (status, Json(body)).into_response();
    if retry_after > 0 {
        reply
            .headers_mut()
            .insert("retry-after", retry_after.into());
    }
    reply
}

impl Book {
    /// Nothing: never.
    fn answer(&mut self, uri: &Uri, headers: &HeaderMap, body: &Bytes) -> Option<Response> {
        self.requests += 1;
        let token = headers["authorization"].to_str().unwrap();
        if self
            .valid_token
            .as_ref()
            .is_some_and(|valid| token != format!("Bearer {valid}"))
        {
            return Some(problem(401, "unauthenticated"));
        }
        let text = std::str::from_utf8(body).unwrap();
        if let Some((poison, status)) = &self.poison
            && text.contains(poison)
        {
            return Some(problem(*status, "poison"));
        }
        let lose = match self.script.pop_front() {
            None => false,
            Some(Script::LoseAnswer) => true,
            Some(Script::Say(status, body, wait)) => return Some(say(status, &body, wait)),
            Some(Script::Portal) => return Some("<html>Please log in</html>".into_response()),
        };
        let key = headers["idempotency-key"].to_str().unwrap().to_owned();
        let known = self.by_key.insert(key.clone(), body.clone());
        if known.as_ref().is_some_and(|known| known != body) {
            return Some(problem(422, "idempotency_key_reused"));
        }
        if known.is_none() {
            self.accepted.push(Call {
                key,
                path: uri.path().to_owned(),
                token: token.to_owned(),
                body: serde_json::from_str(text).unwrap(),
            });
        }
        let answer = json!({"accepted": 1, "notifications": [
            {"id": "01999999-0000-7000-8000-000000000000", "user_id": "u"}]});
        let replayed = [("idempotency-replayed", known.is_some().to_string())];
        (!lose).then(|| (StatusCode::ACCEPTED, replayed, Json(answer)).into_response())
    }
}
