//! A webhook receiver in a process of its own.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, anyhow};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use serde::{Deserialize, Serialize};
use standardwebhooks::Webhook;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use uuid::Uuid;

use crate::cli::SinkOptions;
use crate::clock::now_us;
use crate::ledger::{Ledger, Received};

/// More than any webhook of ours has.
const BODY_BYTES: usize = 4 * 1024 * 1024;

struct Sink {
    secret: Option<Webhook>,
    status: StatusCode,
    delay: Duration,
    kept: Mutex<Kept>,
}

struct Kept {
    ledger: Ledger,
    ids: HashSet<String>,
    count: Count,
}

#[derive(Debug, Clone, Copy, Default, Serialize)]
struct Count {
    requests: u64,
    distinct_ids: u64,
    unverified: u64,
}

/// What is read of a body.
#[derive(Deserialize)]
struct Body {
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    id: Uuid,
}

/// Receives until told to stop; `ready` is told where.
pub(crate) async fn run(options: SinkOptions, ready: impl FnOnce(String)) -> anyhow::Result<()> {
    let secret = options.secret.as_deref().map(Webhook::new).transpose();
    let sink = Arc::new(Sink {
        // The library's error could show what is wrong with the secret, so it is not repeated.
        secret: secret.map_err(|_| anyhow!("--secret: expected whsec_ and base64"))?,
        status: StatusCode::from_u16(options.status)?,
        delay: options.delay,
        kept: Mutex::new(Kept {
            ledger: Ledger::append(&options.ledger)?,
            ids: HashSet::new(),
            count: Count::default(),
        }),
    });
    let router = Router::new()
        .route("/count", get(count))
        .route("/healthz", get(|| async { "ok" }))
        .fallback(receive)
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .with_state(sink);
    let listener = TcpListener::bind(options.listen).await;
    let listener = listener.with_context(|| format!("--listen: {}", options.listen))?;
    let mut terminate = signal(SignalKind::terminate())?;
    ready(format!("listening on http://{}", listener.local_addr()?));
    let stop = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
    };
    axum::serve(listener, router)
        .with_graceful_shutdown(stop)
        .await?;
    Ok(())
}

async fn count(State(sink): State<Arc<Sink>>) -> axum::Json<Count> {
    axum::Json(
        sink.kept
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .count,
    )
}

async fn receive(State(sink): State<Arc<Sink>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let id = headers
        .get("webhook-id")
        .and_then(|id| id.to_str().ok())
        .unwrap_or_default();
    let read: Option<Body> = serde_json::from_slice(&body).ok();
    let received = Received {
        at_us: now_us(),
        webhook_id: id.to_owned(),
        notification_id: read.map(|body| body.data.id),
        verified: sink
            .secret
            .as_ref()
            .map(|secret| secret.verify(&body, &headers).is_ok()),
        status: sink.status.as_u16(),
    };
    if !note(&sink, received) {
        return StatusCode::INSUFFICIENT_STORAGE;
    }
    if !sink.delay.is_zero() {
        tokio::time::sleep(sink.delay).await;
    }
    sink.status
}

/// Whether it is in the ledger: only then is it taken.
fn note(sink: &Sink, received: Received) -> bool {
    let mut kept = sink.kept.lock().unwrap_or_else(PoisonError::into_inner);
    if kept.ledger.add(&received).is_err() {
        return false;
    }
    kept.count.requests += 1;
    kept.count.unverified += u64::from(received.verified == Some(false));
    if kept.ids.insert(received.webhook_id) {
        kept.count.distinct_ids += 1;
    }
    true
}
