//! The server and what tests ask of it.

use std::collections::{HashMap, HashSet, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response, Version};
use axum::routing::post;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinSet};

use super::verify::{Request, header, verify};
use super::{ApnsAccount, ApnsReply};

/// Longer than anything takes that works.
const PATIENCE: Duration = Duration::from_secs(120);

/// One call.
#[derive(Debug, Clone)]
pub struct ApnsPush {
    /// The device.
    pub token: String,
    /// All headers.
    pub headers: HeaderMap,
    /// The payload.
    pub payload: Value,
    /// The bytes of the payload.
    pub bytes: Bytes,
    /// What it was answered with.
    pub status: u16,
}

impl ApnsPush {
    /// The text of a header, or nothing.
    pub fn header(&self, name: &str) -> &str {
        header(&self.headers, name)
    }
}

struct Shared {
    account: ApnsAccount,
    ledger: watch::Sender<Vec<ApnsPush>>,
    state: Mutex<Replies>,
}

#[derive(Default)]
struct Replies {
    script: HashMap<String, VecDeque<ApnsReply>>,
    usual: Option<ApnsReply>,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, Replies> {
        self.state.lock().expect("nobody panicked")
    }
}

/// Listens on a free port until it is dropped; its connections end with it.
pub struct ApnsServer {
    address: SocketAddr,
    shared: Arc<Shared>,
    serving: AbortHandle,
}

impl ApnsServer {
    /// Takes every message that is as Apple asks for.
    ///
    /// # Panics
    /// Without a free port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let shared = Arc::new(Shared {
            account: ApnsAccount::new(),
            ledger: watch::Sender::default(),
            state: Mutex::default(),
        });
        let router = Router::new()
            .route("/3/device/{token}", post(receive))
            .with_state(Arc::clone(&shared));
        Self {
            address,
            shared,
            serving: tokio::spawn(accept(listener, router)).abort_handle(),
        }
    }

    /// The account that it knows.
    pub fn account(&self) -> &ApnsAccount {
        &self.shared.account
    }

    /// Where to send: `http://host:port`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Answers all good messages like this, but for those that [`Self::answer_for`] names.
    pub fn answer(&self, reply: ApnsReply) {
        self.shared.state().usual = Some(reply);
    }

    /// Answers the good messages for a device like this, one after the other; the last for ever.
    pub fn answer_for(&self, token: &str, replies: impl IntoIterator<Item = ApnsReply>) {
        let replies = replies.into_iter().collect();
        self.shared.state().script.insert(token.to_owned(), replies);
    }

    /// Everything so far, refused calls included.
    pub fn received(&self) -> Vec<ApnsPush> {
        self.shared.ledger.borrow().clone()
    }

    /// How many different tokens of the provider it has seen.
    pub fn provider_tokens(&self) -> usize {
        let ledger = self.shared.ledger.borrow();
        let all: HashSet<_> = ledger
            .iter()
            .map(|push| push.header("authorization"))
            .collect();
        all.len()
    }

    /// Waits for so many calls.
    ///
    /// # Panics
    /// If they do not come.
    pub async fn wait_for(&self, count: usize) -> Vec<ApnsPush> {
        let mut ledger = self.shared.ledger.subscribe();
        let waiting = ledger.wait_for(|ledger| ledger.len() >= count);
        let Ok(ledger) = tokio::time::timeout(PATIENCE, waiting).await else {
            panic!("only {} calls", self.received().len());
        };
        ledger.expect("the sender is ours").clone()
    }
}

impl Drop for ApnsServer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn receive(
    State(shared): State<Arc<Shared>>,
    Path(token): Path<String>,
    version: Version,
    headers: HeaderMap,
    bytes: Bytes,
) -> Response<Body> {
    let request = Request {
        version,
        token: &token,
        headers: &headers,
        body: &bytes,
    };
    let refused = verify(&request, &shared.account);
    let reply = refused.unwrap_or_else(|| {
        let mut state = shared.state();
        let scripted = state.script.get_mut(&token);
        let scripted = scripted.and_then(|replies| match replies.len() {
            0 | 1 => replies.front().cloned(),
            _ => replies.pop_front(),
        });
        scripted.unwrap_or_else(|| state.usual.clone().unwrap_or_else(ApnsReply::taken))
    });
    let id = header(&headers, "apns-id").to_owned();
    let received = ApnsPush {
        payload: serde_json::from_slice(&bytes).unwrap_or_default(),
        token,
        headers,
        bytes,
        status: reply.status,
    };
    shared.ledger.send_modify(|ledger| ledger.push(received));
    reply.into_response(&id).await
}

async fn accept(listener: TcpListener, router: Router) {
    let builder = Arc::new(Builder::new(TokioExecutor::new()));
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let _ = stream.set_nodelay(true);
        let (router, builder) = (router.clone(), Arc::clone(&builder));
        connections.spawn(async move {
            let service = TowerToHyperService::new(router);
            // A client that goes away is no event of ours.
            let _ = builder
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}
