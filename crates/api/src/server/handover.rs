//! Connections that have become streams of events leave hyper.
//!
//! hyper keeps two buffers of 8 KiB and its state for each connection for as long as it serves it. A stream of events
//! waits nearly all of its life, and there are ten thousand of them. So once hyper has written the head and the first
//! part of such a response, the connection drops hyper and writes the other parts itself, as chunks (RFC 9112 7.1), or to a
//! client of HTTP/1.0 (nginx as a proxy, unless it is set otherwise) as they are: there the end of the connection is the end.
//! HTTP/2 connections carry other requests as well and stay with hyper.

use std::io::ErrorKind;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::HttpBody;
use bytes::Bytes;
use http::Version;
use hyper::body::Frame;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::note_end;
use super::pulse::{Farewell, Pulse};

/// A client of a stream has nothing to say; one that says more than this is not read further.
const MAX_BYTES_FROM_CLIENT: usize = 64 * 1024;

/// The parts of a response that ends after minutes, if at all.
pub(crate) trait Parts: Send {
    /// The next part; `None` at the end.
    fn poll_part(&mut self, cx: &mut Context<'_>) -> Poll<Option<Bytes>>;

    /// Notes why the server ends it early.
    fn closed_because(&mut self, why: &'static str);
}

/// What a connection goes on with by itself.
#[derive(Default)]
pub(super) struct Handover {
    parts: Mutex<Option<Box<dyn Parts>>>,
    /// hyper has the first part and asks for the second.
    is_due: AtomicBool,
    /// The client speaks HTTP/1.0.
    is_plain: AtomicBool,
}

impl Handover {
    /// Whether the connection is to go on by itself, once everything is written that hyper has.
    pub(super) fn is_due(&self) -> bool {
        self.is_due.load(Ordering::Relaxed)
    }

    /// How the parts are to be written.
    pub(super) fn framing(&self) -> Framing {
        match self.is_plain.load(Ordering::Relaxed) {
            true => Framing::Plain,
            false => Framing::Chunks,
        }
    }

    /// What it goes on with.
    pub(super) fn take(&self) -> Option<Box<dyn Parts>> {
        self.parts().take()
    }

    fn parts(&self) -> MutexGuard<'_, Option<Box<dyn Parts>>> {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How the parts of a response follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    /// HTTP/1.1.
    Chunks,
    /// HTTP/1.0: the connection ends with them.
    Plain,
}

impl Framing {
    /// A part, or the end.
    fn write(self, part: Option<Bytes>) -> Bytes {
        match (self, part) {
            (Self::Chunks, Some(part)) => chunk(&part),
            (Self::Chunks, None) => Bytes::from_static(b"0\r\n\r\n"),
            (Self::Plain, part) => part.unwrap_or_default(),
        }
    }
}

/// The body as hyper sees it: its first part, and then nothing.
pub(super) struct FirstPart {
    pulse: Arc<Pulse>,
    is_given: bool,
}

impl FirstPart {
    pub(super) fn of(pulse: Arc<Pulse>, parts: Box<dyn Parts>, version: Version) -> Self {
        let is_plain = version == Version::HTTP_10;
        pulse.handover.is_plain.store(is_plain, Ordering::Relaxed);
        *pulse.handover.parts() = Some(parts);
        Self {
            pulse,
            is_given: false,
        }
    }
}

impl HttpBody for FirstPart {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if self.is_given {
            self.pulse.handover.is_due.store(true, Ordering::Relaxed);
            return Poll::Pending;
        }
        let part = match self.pulse.handover.parts().as_mut() {
            Some(parts) => std::task::ready!(parts.poll_part(cx)),
            None => None,
        };
        self.is_given = true;
        Poll::Ready(part.map(|part| Ok(Frame::data(part))))
    }
}

impl Drop for FirstPart {
    /// A response whose body is not wanted, as that to HEAD.
    fn drop(&mut self) {
        drop(self.pulse.handover.take());
    }
}

/// Writes the parts until they end, or the client leaves or has not taken a part after so long.
pub(super) async fn go_on(
    socket: &mut TcpStream,
    parts: &mut dyn Parts,
    framing: Framing,
    patience: Duration,
) {
    let mut heard = 0;
    loop {
        tokio::select! {
            part = std::future::poll_fn(|cx| parts.poll_part(cx)) => {
                let is_last = part.is_none();
                match timeout(patience, socket.write_all(&framing.write(part))).await {
                    Ok(Ok(())) => {}
                    Ok(Err(_)) => return,
                    Err(_) => {
                        note_end(Farewell::NoProgress);
                        parts.closed_because(Farewell::NoProgress.name());
                        return;
                    }
                }
                if is_last {
                    let _ = socket.shutdown().await;
                    return;
                }
            }
            ready = socket.readable() => {
                let mut scratch = [0; 512];
                match ready.and_then(|()| socket.try_read(&mut scratch)) {
                    Ok(read @ 1..) if heard + read <= MAX_BYTES_FROM_CLIENT => heard += read,
                    Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                    Ok(_) | Err(_) => return,
                }
            }
        }
    }
}

fn chunk(part: &Bytes) -> Bytes {
    let mut chunk = format!("{:x}\r\n", part.len()).into_bytes();
    chunk.reserve_exact(part.len() + 2);
    chunk.extend_from_slice(part);
    chunk.extend_from_slice(b"\r\n");
    chunk.into()
}
