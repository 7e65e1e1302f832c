//! A receiver in a separate process, for the load test: of webhooks, of pushes (`fcm`), or of mail (`smtp`).

mod fcm;
mod kept;
mod receive;
mod script;
mod smtp;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use axum::extract::{DefaultBodyLimit, State};
use axum::routing::get;
use axum::serve::ListenerExt;
use axum::{Json, Router};
use http::StatusCode;
use standardwebhooks::Webhook;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Notify;
use tokio::time::{MissedTickBehavior, interval, sleep};

pub use kept::Count;
use kept::Kept;
use script::Script;

/// More than any webhook or mail of ours has.
const BODY_BYTES: usize = 4 * 1024 * 1024;
/// How long a line may wait in the buffer; readers count on 50 ms.
const FLUSH_EVERY: Duration = Duration::from_millis(40);
/// How long a caller that stopped half-way may keep the sink from ending.
const GRACE: Duration = Duration::from_secs(2);

/// Whom a sink plays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SinkKind {
    /// A webhook.
    #[default]
    Webhook,
    /// FCM: its token endpoint at `/token`, and `messages:send` over HTTP/2 without TLS.
    Fcm,
    /// A mail relay with PIPELINING, without TLS and login; the ledger's id is that of Message-ID.
    Smtp,
}

/// How a sink behaves.
#[derive(Debug)]
pub struct SinkSettings {
    /// Whom to play.
    pub kind: SinkKind,
    /// The address to listen on.
    pub listen: SocketAddr,
    /// The file that every call is noted in; what is in it stays.
    pub ledger: PathBuf,
    /// The secret (`whsec_…`) to verify signatures with; without one, none is verified.
    pub secret: Option<String>,
    /// A file with faults by time and device, for FCM.
    pub script: Option<PathBuf>,
    /// The script's time begins at the first SIGUSR1 and not at the start.
    pub script_begins_by_signal: bool,
    /// The status of every answer.
    pub status: u16,
    /// How long every answer takes.
    pub delay: Duration,
}

struct Sink {
    secret: Option<Webhook>,
    status: StatusCode,
    delay: Duration,
    kept: Kept,
}

/// Receives until it is stopped; `ready` gets the address.
///
/// # Errors
/// A setting that does not fit, or a ledger that cannot be written.
pub async fn run(options: SinkSettings, ready: impl FnOnce(String)) -> anyhow::Result<()> {
    if options.kind != SinkKind::Fcm && options.script.is_some() {
        bail!("--script: only for --kind fcm");
    }
    match options.kind {
        SinkKind::Webhook | SinkKind::Fcm => http(options, ready).await,
        SinkKind::Smtp => smtp::run(options, ready).await,
    }
}

async fn http(options: SinkSettings, ready: impl FnOnce(String)) -> anyhow::Result<()> {
    let secret = options.secret.as_deref().map(Webhook::new).transpose();
    let sink = Arc::new(Sink {
        // The library's error could show what is wrong with the secret, so it is not repeated.
        secret: secret.map_err(|_| anyhow!("--secret: expected whsec_ and base64"))?,
        status: StatusCode::from_u16(options.status)?,
        delay: options.delay,
        kept: Kept::append(&options.ledger)?,
    });
    let provider = match options.kind {
        SinkKind::Webhook | SinkKind::Smtp => Router::new()
            .fallback(receive::receive)
            .with_state(Arc::clone(&sink)),
        SinkKind::Fcm => {
            let script = Script::read(options.script.as_deref(), options.script_begins_by_signal)?;
            fcm::router(Arc::clone(&sink), script)
        }
    };
    let router = Router::new()
        .route("/count", get(count))
        .route("/healthz", get(|| async { "ok" }))
        .with_state(Arc::clone(&sink))
        .merge(provider)
        .layer(DefaultBodyLimit::max(BODY_BYTES));
    let listener = TcpListener::bind(options.listen).await;
    let listener = listener.with_context(|| format!("--listen: {}", options.listen))?;
    let address = listener.local_addr()?;
    // Small answers must not wait for each other.
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    let (mut terminate, mut interrupt) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    // Only now, because a reader of this line may send the signal at once.
    ready(format!("listening on http://{address}"));
    let stopping = Arc::new(Notify::new());
    let on_stop = Arc::clone(&stopping);
    let stop = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        on_stop.notify_one();
    };
    let too_long = async {
        stopping.notified().await;
        sleep(sink.delay + GRACE).await;
    };
    tokio::select! {
        served = axum::serve(listener, router).with_graceful_shutdown(stop) => served?,
        () = too_long => {}
        broken = keep_flushing(&sink.kept) => return broken.map(|never| match never {}),
    }
    sink.kept.flush()
}

/// Ends only when the disk refuses: a receiver that can't note what it got must not go on.
async fn keep_flushing(kept: &Kept) -> anyhow::Result<Infallible> {
    let mut ticks = interval(FLUSH_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        kept.flush()?;
    }
}

async fn count(State(sink): State<Arc<Sink>>) -> Json<Count> {
    Json(sink.kept.count())
}
