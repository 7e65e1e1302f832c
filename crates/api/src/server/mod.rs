//! The accept loop.
//!
//! `axum::serve` gives hyper no timer, so its limit on reading a request's head never strikes, and
//! it bounds neither connections nor the drain. This loop does: a full house leaves new connections
//! in the kernel's queue, a silent one is hung up on, and shutting down ends after a fixed time.

mod connection;
mod pulse;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use connection::Connection;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Bounds of the listener and its connections.
#[derive(Debug, Clone, Copy)]
pub struct ServerLimits {
    /// Connections at a time.
    pub max_connections: usize,
    /// How long a request's head may take from its first byte, and the first request of a
    /// connection from its beginning.
    pub header_read_timeout: Duration,
    /// How long an HTTP/1 connection may rest between two requests.
    pub idle_timeout: Duration,
    /// Requests at a time on one HTTP/2 connection.
    pub max_concurrent_streams: u32,
    /// Bytes of headers of one request.
    pub max_header_bytes: usize,
    /// How long requests under way may take after the shutdown began.
    pub drain_deadline: Duration,
}

impl Default for ServerLimits {
    /// 10,000 streams of users and some room; 10 s for a head; to rest, longer than the 60 s of
    /// common proxies, so that they and not we end a connection they may be about to use; 15 s to
    /// drain, within Kubernetes' 30.
    fn default() -> Self {
        Self {
            max_connections: 12_000,
            header_read_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(75),
            max_concurrent_streams: 256,
            max_header_bytes: 32 * 1024,
            drain_deadline: Duration::from_secs(15),
        }
    }
}

/// An HTTP/2 peer that answers no ping for so long is gone.
const PING_INTERVAL: Duration = Duration::from_secs(30);
const PING_TIMEOUT: Duration = Duration::from_secs(10);

/// After a failed accept (usually: no file descriptors left) a moment passes before the next.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves until `shutdown` and then drains: no new connections, requests under way are answered,
/// and what is not done by the deadline is cut off.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    shutdown: CancellationToken,
    limits: ServerLimits,
) {
    let builder = Arc::new(builder(&limits));
    let seats = Arc::new(Semaphore::new(limits.max_connections));
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    loop {
        let next = async {
            let seat = Arc::clone(&seats)
                .acquire_owned()
                .await
                .expect("the semaphore is never closed");
            (seat, accept(&listener).await)
        };
        let (seat, stream) = tokio::select! {
            biased;
            () = shutdown.cancelled() => break,
            next = next => next,
            Some(_) = connections.join_next() => continue,
        };
        let connection = Connection {
            builder: Arc::clone(&builder),
            router: router.clone(),
            watcher: graceful.watcher(),
            patience: limits.header_read_timeout,
        };
        connections.spawn(async move {
            connection.run(stream).await;
            drop(seat);
        });
    }
    drop(listener);
    let under_way = graceful.count();
    tracing::info!(connections = under_way, "draining the listener");
    if tokio::time::timeout(limits.drain_deadline, graceful.shutdown())
        .await
        .is_err()
    {
        let cut_off = connections.len();
        tracing::warn!(cut_off, "connections did not end in time and were cut off");
    }
    connections.shutdown().await;
}

fn builder(limits: &ServerLimits) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        // hyper counts the rest between two requests as part of the next head. So its limit serves
        // as the limit on resting, and `pulse` watches heads that have begun.
        .header_read_timeout(limits.idle_timeout)
        .max_buf_size(limits.max_header_bytes.max(8 * 1024));
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(limits.max_concurrent_streams)
        .max_header_list_size(u32::try_from(limits.max_header_bytes).unwrap_or(u32::MAX))
        .keep_alive_interval(PING_INTERVAL)
        .keep_alive_timeout(PING_TIMEOUT);
    builder
}

/// The next connection. An error concerns one connection or passes by itself; none ends the loop.
async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                // Small answers wait for nothing; failing to say so costs milliseconds, no more.
                let _ = stream.set_nodelay(true);
                return stream;
            }
            Err(error) if is_of_the_peer(&error) => {}
            Err(error) => {
                tracing::error!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

fn is_of_the_peer(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}
