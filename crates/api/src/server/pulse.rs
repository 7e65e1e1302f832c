//! Whether a peer owes us a request: it has connected and said nothing, or begun a head and not
//! ended it.
//!
//! hyper cannot tell that from a connection that rests between two requests, and before it knows
//! the protocol it waits for the first bytes without any limit. So the socket notes when bytes come
//! that belong to no request, the requests note when they come and go, and a watchdog looks.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use http::Version;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Instant;

/// What the socket, the requests and the watchdog of one connection share.
pub(super) struct Pulse {
    connected_at: Instant,
    /// Milliseconds after `connected_at`, plus one; nought while nothing is owed.
    owed_since: AtomicU64,
    under_way: AtomicUsize,
    /// HTTP/2: bytes between requests are its own housekeeping, and its pings find dead peers.
    multiplexed: AtomicBool,
}

impl Pulse {
    /// A fresh connection owes its first request.
    pub(super) fn new() -> Self {
        Self {
            connected_at: Instant::now(),
            owed_since: AtomicU64::new(1),
            under_way: AtomicUsize::new(0),
            multiplexed: AtomicBool::new(false),
        }
    }

    /// A request has come; it is under way until the answer drops this.
    pub(super) fn request(pulse: &Arc<Self>, version: Version) -> UnderWay {
        if version == Version::HTTP_2 {
            pulse.multiplexed.store(true, Ordering::Relaxed);
        }
        pulse.under_way.fetch_add(1, Ordering::Relaxed);
        pulse.owed_since.store(0, Ordering::Relaxed);
        UnderWay(Arc::clone(pulse))
    }

    fn bytes_came(&self) {
        if self.under_way.load(Ordering::Relaxed) > 0 {
            return;
        }
        let elapsed = u64::try_from(self.connected_at.elapsed().as_millis()).unwrap_or(u64::MAX);
        // Only the first bytes of a head start the clock; more of them do not gain time.
        let _ = self.owed_since.compare_exchange(
            0,
            elapsed.saturating_add(1),
            Ordering::Relaxed,
            Ordering::Relaxed,
        );
    }

    /// Ends when a request is owed for too long. A head that begins while nothing was owed may get
    /// up to twice the patience, so that a resting connection need not be looked at more often.
    pub(super) async fn overdue(&self, patience: Duration) {
        while !self.multiplexed.load(Ordering::Relaxed) {
            match self.owed_since.load(Ordering::Relaxed) {
                0 => tokio::time::sleep(patience).await,
                since => {
                    let since = self.connected_at + Duration::from_millis(since - 1);
                    if since.elapsed() >= patience {
                        return;
                    }
                    tokio::time::sleep_until(since + patience).await;
                }
            }
        }
        std::future::pending().await
    }
}

/// A request that has no answer yet.
pub(super) struct UnderWay(Arc<Pulse>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A socket that notes when bytes come.
pub(super) struct Watched {
    stream: TcpStream,
    pulse: Arc<Pulse>,
}

impl Watched {
    pub(super) fn new(stream: TcpStream, pulse: Arc<Pulse>) -> Self {
        Self { stream, pulse }
    }
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, buf);
        if buf.filled().len() > before {
            self.pulse.bytes_came();
        }
        polled
    }
}

impl AsyncWrite for Watched {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
