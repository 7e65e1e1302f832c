//! A socket that notes when bytes come, and whether what waits to be sent goes.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use rustix::net::{RecvFlags, recv};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::pulse::Pulse;

/// Where a connection and hyper keep its socket. The lock is never waited for: one task has both.
pub(super) type Place = Arc<Mutex<Option<TcpStream>>>;

/// Whether bytes have arrived that were not read. Asks the system: tokio learns of them between two turns of its tasks.
pub(super) fn has_unread(place: &Place) -> bool {
    let place = place.lock().unwrap_or_else(PoisonError::into_inner);
    let look = RecvFlags::PEEK | RecvFlags::DONTWAIT;
    let peeked = place
        .as_ref()
        .map(|stream| recv(stream, &mut [0_u8; 1], look));
    matches!(peeked, Some(Ok((1.., _))))
}

/// A socket under watch.
pub(super) struct Watched {
    place: Place,
    pulse: Arc<Pulse>,
}

impl Watched {
    pub(super) fn new(place: Place, pulse: Arc<Pulse>) -> Self {
        Self { place, pulse }
    }

    /// Does something with the socket, if it was not taken away.
    fn with<T>(
        &self,
        act: impl FnOnce(Pin<&mut TcpStream>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        let mut place = self.place.lock().unwrap_or_else(PoisonError::into_inner);
        match place.as_mut() {
            Some(stream) => act(Pin::new(stream)),
            None => Poll::Ready(Err(io::ErrorKind::NotConnected.into())),
        }
    }

    fn note<T>(&self, polled: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        match polled {
            Poll::Pending => self.pulse.write_waits(),
            Poll::Ready(_) => self.pulse.write_went(),
        }
        polled
    }
}

impl AsyncRead for Watched {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let polled = self.with(|stream| stream.poll_read(cx, buf));
        if buf.filled().len() > before {
            self.pulse.bytes_came();
        }
        polled
    }
}

impl AsyncWrite for Watched {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let polled = self.with(|stream| stream.poll_write(cx, buf));
        self.note(polled)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.with(|stream| stream.poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.with(|stream| stream.poll_shutdown(cx))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = self.with(|stream| stream.poll_write_vectored(cx, bufs));
        self.note(polled)
    }

    fn is_write_vectored(&self) -> bool {
        // As every TCP socket of tokio.
        true
    }
}
