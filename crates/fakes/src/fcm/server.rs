//! The server and what tests ask of it.

use std::collections::{HashMap, HashSet, VecDeque};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::routing::post;
use axum::{Extension, Router};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinSet};

use super::{FcmAccount, FcmMessage, FcmReply, send, token};

/// Longer than anything takes that works.
const PATIENCE: Duration = Duration::from_secs(120);
/// As many calls at once on a connection as Google allows.
const GOOGLES_STREAMS: u32 = 100;

/// What both endpoints know.
pub(super) struct Shared {
    pub(super) account: FcmAccount,
    pub(super) token_uri: String,
    pub(super) ledger: watch::Sender<Vec<FcmMessage>>,
    state: Mutex<State>,
    connections: AtomicUsize,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) exchanges: usize,
    pub(super) valid: HashSet<String>,
    pub(super) token_script: VecDeque<FcmReply>,
    pub(super) script: HashMap<String, VecDeque<FcmReply>>,
    pub(super) usual: Option<FcmReply>,
    token_life_s: Option<u64>,
}

/// Counted from one.
#[derive(Debug, Clone, Copy)]
pub(super) struct ConnectionNumber(pub(super) usize);

impl Shared {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nobody panicked")
    }
}

impl State {
    /// A new access token and its life in seconds.
    pub(super) fn issue(&mut self) -> (String, u64) {
        let token = format!("access-{}", uuid::Uuid::new_v4());
        self.valid.insert(token.clone());
        (token, self.token_life_s.unwrap_or(3_600))
    }
}

/// Listens on a free port until it is dropped; its connections end with it.
pub struct FcmServer {
    address: SocketAddr,
    shared: Arc<Shared>,
    serving: AbortHandle,
}

impl FcmServer {
    /// Takes every message that comes with a token of its own.
    ///
    /// # Panics
    /// Without a free port.
    pub async fn start() -> Self {
        Self::with_max_streams(GOOGLES_STREAMS).await
    }

    /// Allows so many calls at once on one connection.
    ///
    /// # Panics
    /// Without a free port.
    pub async fn with_max_streams(max_streams: u32) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let shared = Arc::new(Shared {
            account: FcmAccount::new(),
            token_uri: format!("http://{address}/token"),
            ledger: watch::Sender::default(),
            state: Mutex::default(),
            connections: AtomicUsize::new(0),
        });
        let router = Router::new()
            .route("/token", post(token::token))
            .route("/v1/projects/{project}/messages:send", post(send::send))
            .with_state(Arc::clone(&shared));
        let accepting = accept(listener, router, Arc::clone(&shared), max_streams);
        Self {
            address,
            shared,
            serving: tokio::spawn(accepting).abort_handle(),
        }
    }

    /// The account that it knows.
    pub fn account(&self) -> &FcmAccount {
        &self.shared.account
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where to send: `http://host:port`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where to fetch access tokens.
    pub fn token_uri(&self) -> &str {
        &self.shared.token_uri
    }

    /// Answers all messages like this, but for those that [`Self::answer_for`] names.
    pub fn answer(&self, reply: FcmReply) {
        self.shared.state().usual = Some(reply);
    }

    /// Answers the messages for a token or fid like this, one after the other; the last for ever.
    pub fn answer_for(&self, target: &str, replies: impl IntoIterator<Item = FcmReply>) {
        let replies = replies.into_iter().collect();
        self.shared
            .state()
            .script
            .insert(target.to_owned(), replies);
    }

    /// Answers the next requests for access tokens like this, one after the other, and then as usual.
    pub fn answer_token_requests(&self, replies: impl IntoIterator<Item = FcmReply>) {
        self.shared.state().token_script.extend(replies);
    }

    /// Gives tokens so long a life from now on, in seconds; an hour before.
    pub fn token_life(&self, seconds: u64) {
        self.shared.state().token_life_s = Some(seconds);
    }

    /// From now on no access token of so far is accepted.
    pub fn revoke_tokens(&self) {
        self.shared.state().valid.clear();
    }

    /// How often an access token was asked for.
    pub fn exchanges(&self) -> usize {
        self.shared.state().exchanges
    }

    /// How many connections were made.
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::Acquire)
    }

    /// Everything so far, refused calls included.
    pub fn received(&self) -> Vec<FcmMessage> {
        self.shared.ledger.borrow().clone()
    }

    /// Waits for so many calls.
    ///
    /// # Panics
    /// If they do not come.
    pub async fn wait_for(&self, count: usize) -> Vec<FcmMessage> {
        let mut ledger = self.shared.ledger.subscribe();
        let waiting = ledger.wait_for(|ledger| ledger.len() >= count);
        let Ok(ledger) = tokio::time::timeout(PATIENCE, waiting).await else {
            panic!("only {} calls", self.received().len());
        };
        ledger.expect("the sender is ours").clone()
    }
}

impl Drop for FcmServer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn accept(listener: TcpListener, router: Router, shared: Arc<Shared>, max_streams: u32) {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http2().max_concurrent_streams(max_streams);
    let builder = Arc::new(builder);
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let _ = stream.set_nodelay(true);
        let number = shared.connections.fetch_add(1, Ordering::AcqRel) + 1;
        let router = router.clone().layer(Extension(ConnectionNumber(number)));
        let builder = Arc::clone(&builder);
        connections.spawn(async move {
            let service = TowerToHyperService::new(router);
            // A client that goes away is no event of ours.
            let _ = builder
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}
