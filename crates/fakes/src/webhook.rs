//! A webhook receiver that keeps a ledger.

use std::collections::{HashSet, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use chrono::{DateTime, Utc};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::AbortHandle;

/// Longer than anything takes that works.
const PATIENCE: Duration = Duration::from_secs(120);

/// One request.
#[derive(Debug, Clone)]
pub struct Received {
    /// Its `webhook-id`, or nothing.
    pub webhook_id: String,
    /// All headers.
    pub headers: HeaderMap,
    /// The body's bytes.
    pub body: Bytes,
    /// When its last byte was here.
    pub at: DateTime<Utc>,
}

/// How a request is answered.
#[derive(Debug, Clone)]
pub struct Reply {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Bytes,
    delay: Duration,
}

impl Reply {
    /// With a status and nothing else.
    pub fn status(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Bytes::new(),
            delay: Duration::ZERO,
        }
    }

    /// With a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// With a body of so many bytes.
    #[must_use]
    pub fn body(mut self, bytes: usize) -> Self {
        self.body = vec![b'x'; bytes].into();
        self
    }

    /// With this body.
    #[must_use]
    pub fn text(mut self, text: &str) -> Self {
        self.body = Bytes::copy_from_slice(text.as_bytes());
        self
    }

    /// After a while.
    #[must_use]
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}

struct Shared {
    ledger: watch::Sender<Vec<Received>>,
    script: Mutex<VecDeque<Reply>>,
    usual: Mutex<Reply>,
}

/// Listens on a free port until it is dropped.
pub struct WebhookReceiver {
    address: SocketAddr,
    shared: Arc<Shared>,
    serving: AbortHandle,
}

impl WebhookReceiver {
    /// Answers 200 to everything.
    ///
    /// # Panics
    /// Without a free port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let shared = Arc::new(Shared {
            ledger: watch::Sender::default(),
            script: Mutex::default(),
            usual: Mutex::new(Reply::status(200)),
        });
        let router = Router::new()
            .fallback(receive)
            .with_state(Arc::clone(&shared));
        let serving = tokio::spawn(async move {
            axum::serve(listener, router)
                .await
                .expect("it serves until it is dropped");
        });
        Self {
            address,
            shared,
            serving: serving.abort_handle(),
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where to post.
    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// Answers the next requests like this, one after the other, and then as usual.
    ///
    /// # Panics
    /// If another thread panicked here.
    pub fn answer(&self, replies: impl IntoIterator<Item = Reply>) {
        self.shared
            .script
            .lock()
            .expect("nobody panicked")
            .extend(replies);
    }

    /// Takes so long for every request from now on.
    ///
    /// # Panics
    /// If another thread panicked here.
    pub fn delay(&self, delay: Duration) {
        self.shared.usual.lock().expect("nobody panicked").delay = delay;
    }

    /// Everything so far.
    pub fn received(&self) -> Vec<Received> {
        self.shared.ledger.borrow().clone()
    }

    /// Waits for so many requests.
    ///
    /// # Panics
    /// If they do not come.
    pub async fn wait_for(&self, count: usize) -> Vec<Received> {
        self.wait_until(|ledger| ledger.len() >= count).await
    }

    /// Waits for requests with so many different `webhook-id`s.
    ///
    /// # Panics
    /// If they do not come.
    pub async fn wait_for_distinct(&self, count: usize) -> Vec<Received> {
        self.wait_until(|ledger| distinct(ledger) >= count).await
    }

    async fn wait_until(&self, enough: impl Fn(&[Received]) -> bool) -> Vec<Received> {
        let mut ledger = self.shared.ledger.subscribe();
        let waiting = ledger.wait_for(|ledger| enough(ledger));
        match tokio::time::timeout(PATIENCE, waiting).await {
            Ok(ledger) => ledger.expect("the sender is ours").clone(),
            Err(_) => {
                let received = self.received();
                panic!(
                    "only {} requests, {} different",
                    received.len(),
                    distinct(&received)
                );
            }
        }
    }
}

impl Drop for WebhookReceiver {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn distinct(ledger: &[Received]) -> usize {
    ledger
        .iter()
        .map(|one| &one.webhook_id)
        .collect::<HashSet<_>>()
        .len()
}

async fn receive(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let webhook_id = headers
        .get("webhook-id")
        .and_then(|id| id.to_str().ok())
        .unwrap_or_default();
    let received = Received {
        webhook_id: webhook_id.to_owned(),
        headers,
        body,
        at: Utc::now(),
    };
    shared.ledger.send_modify(|ledger| ledger.push(received));
    let scripted = shared.script.lock().expect("nobody panicked").pop_front();
    let reply = scripted.unwrap_or_else(|| shared.usual.lock().expect("nobody panicked").clone());
    tokio::time::sleep(reply.delay).await;
    let mut response = Response::new(Body::from(reply.body));
    *response.status_mut() = StatusCode::from_u16(reply.status).expect("a status");
    for (name, value) in reply.headers {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_str(&value).expect("a header"));
    }
    response
}
