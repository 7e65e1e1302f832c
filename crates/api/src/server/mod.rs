//! The accept loop.
//!
//! `axum::serve` gives hyper no timer, so its limit on reading a request's head never strikes, and
//! it bounds neither connections nor the drain. This loop does: seats follow the limit of open files,
//! a peer that is silent or takes nothing is hung up on, and shutting down ends after a fixed time.
//!
//! `house` has the slots, `connection` runs one connection, `pulse` tracks what its peer owes, `socket` and `streams`
//! report to it, `handover` goes on with streams of events.

mod connection;
mod descriptors;
mod handover;
mod house;
mod link;
mod pulse;
mod socket;
mod streams;

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use campanile_telemetry::{Outage, metrics};
use connection::Connection;
use futures_util::FutureExt;
pub(crate) use handover::Parts;
use house::House;
use hyper_util::rt::TokioTimer;
use hyper_util::server::conn::auto::Builder;
pub(crate) use link::Link;
use pulse::{Farewell, Patience};
use streams::Streams;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Bounds of the listener and its connections.
#[derive(Debug, Clone, Copy)]
pub struct ServerLimits {
    /// Connections at a time; fewer where the limit of open files is lower than a third more.
    pub max_connections: usize,
    /// How long a request's head may take from its first byte, and the first request of a
    /// connection from its beginning.
    pub header_read_timeout: Duration,
    /// How long a connection may rest without a request.
    pub idle_timeout: Duration,
    /// How long a peer may take nothing of an answer that waits for it.
    pub write_timeout: Duration,
    /// Bytes of answers that the system keeps for one connection until its peer has them, about.
    pub send_buffer_bytes: usize,
    /// Requests at a time on one HTTP/2 connection.
    pub max_concurrent_streams: u32,
    /// Bytes of headers of one request.
    pub max_header_bytes: usize,
    /// How long requests under way may take after the shutdown began.
    pub drain_deadline: Duration,
}

impl ServerLimits {
    /// As many connections as this process will have, within its limit of open files.
    pub fn connections(&self) -> usize {
        descriptors::seats(self.max_connections)
    }
}

impl Default for ServerLimits {
    /// 10,000 streams of users and some room; 10 s for a head; to rest, longer than the 60 s of
    /// common proxies, so that they and not we end a connection they may be about to use; 30 s without
    /// a byte of an answer are more than any network that works; 15 s to drain, within Kubernetes' 30.
    fn default() -> Self {
        Self {
            max_connections: 12_000,
            header_read_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(75),
            write_timeout: Duration::from_secs(30),
            send_buffer_bytes: 128 * 1024,
            max_concurrent_streams: 256,
            max_header_bytes: 32 * 1024,
            drain_deadline: Duration::from_secs(15),
        }
    }
}

/// An HTTP/2 peer that answers no ping for so long is gone.
const PING_INTERVAL: Duration = Duration::from_secs(30);
const PING_TIMEOUT: Duration = Duration::from_secs(10);

/// Bytes of bodies that an HTTP/2 peer may send before they are read.
const STREAM_WINDOW: u32 = 128 * 1024;
const CONNECTION_WINDOW: u32 = 256 * 1024;

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
    let house = Arc::new(House::new(limits.connections()));
    let draining = CancellationToken::new();
    let mut door = Door {
        listener,
        outage: Outage::of("accepting connections", "new connections wait"),
        send_buffer_bytes: limits.send_buffer_bytes,
    };
    let mut connections = JoinSet::new();
    let connection = |seat| Connection {
        builder: Arc::clone(&builder),
        router: router.clone(),
        draining: draining.clone(),
        patience: Patience {
            head: limits.header_read_timeout,
            write: limits.write_timeout,
            rest: limits.idle_timeout,
        },
        seat: Arc::new(seat),
    };
    loop {
        let next = async {
            let (stream, peer) = door.accept().await;
            (house.seat(peer).await, stream)
        };
        let (seat, stream) = tokio::select! {
            biased;
            () = shutdown.cancelled() => break,
            next = next => next,
        };
        while connections.try_join_next().is_some() {}
        connections.spawn(connection(seat).run(stream));
    }
    for (stream, peer) in door.close() {
        // Without a free seat there is none to wait for.
        let Some(seat) = house.seat(peer).now_or_never() else {
            break;
        };
        connections.spawn(connection(seat).run(stream));
    }
    while connections.try_join_next().is_some() {}
    tracing::info!(connections = connections.len(), "draining the listener");
    draining.cancel();
    let all_ended = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(limits.drain_deadline, all_ended)
        .await
        .is_err()
    {
        let cut_off = connections.len();
        tracing::warn!(
            cut_off,
            "connections did not close in time and were aborted"
        );
    }
    connections.shutdown().await;
}

fn builder(limits: &ServerLimits) -> Builder<Streams> {
    let mut builder = Builder::new(Streams {
        patience: limits.write_timeout,
    });
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
        // What comes of bodies before they are asked for is in memory and not counted yet.
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_header_list_size(u32::try_from(limits.max_header_bytes).unwrap_or(u32::MAX))
        .keep_alive_interval(PING_INTERVAL)
        .keep_alive_timeout(PING_TIMEOUT);
    builder
}

fn note_end(why: Farewell) {
    tracing::debug!(why = why.name(), "a connection or a stream was ended");
    metrics()
        .http_connections_ended_total
        .with_label_values(&[why.name()])
        .inc();
}

/// Where connections come in.
struct Door {
    listener: TcpListener,
    outage: Outage,
    send_buffer_bytes: usize,
}

impl Door {
    /// The next connection. An error concerns one connection or passes by itself; none ends the loop.
    async fn accept(&mut self) -> (TcpStream, IpAddr) {
        loop {
            match self.listener.accept().await {
                Ok((stream, peer)) => {
                    self.outage.worked();
                    set_up(&stream, self.send_buffer_bytes);
                    return (stream, peer.ip());
                }
                Err(error) if is_of_the_peer(&error) => {}
                Err(error) => {
                    self.outage.failed(&error);
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    /// Stops listening. Gives the connections that the system has completed and that wait to be accepted: it would reset
    /// them, and with them requests that were sent already.
    fn close(self) -> Vec<(TcpStream, IpAddr)> {
        // Asks the system itself: tokio learns of new connections only between two turns of its tasks.
        let Ok(listener) = self.listener.into_std() else {
            return Vec::new();
        };
        let accepted = std::iter::from_fn(|| listener.accept().ok());
        let connections = accepted.filter_map(|(stream, peer)| {
            stream.set_nonblocking(true).ok()?;
            let stream = TcpStream::from_std(stream).ok()?;
            set_up(&stream, self.send_buffer_bytes);
            Some((stream, peer.ip()))
        });
        connections.collect()
    }
}

/// Small answers wait for nothing, and unread ones take no more of the system's memory than this. A failure costs that, no
/// more.
fn set_up(stream: &TcpStream, send_buffer_bytes: usize) {
    let _ = stream.set_nodelay(true);
    let _ = rustix::net::sockopt::set_socket_send_buffer_size(stream, send_buffer_bytes);
}

fn is_of_the_peer(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}
