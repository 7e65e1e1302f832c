//! Requests of an HTTP/2 connection whose responses the peer does not read.
//!
//! A peer that opens no window for a response blocks it, and hyper waits. Each request runs in a separate task; the
//! task ends, and the stream is reset, when the next part of its response has waited for the peer too long. Waiting
//! for the handler (a stream of events between two of them) does not count: only a part that is ready and cannot be
//! sent does.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use bytes::Bytes;
use hyper::body::{Frame, SizeHint};
use hyper::rt::Executor;
use tokio::time::Instant;

use super::note_end;
use super::pulse::{Farewell, Mark, UnderWay};

tokio::task_local! {
    static READER: Arc<Reader>;
}

/// Whether the peer takes an answer.
struct Reader {
    began: Instant,
    awaited_since: Mark,
}

impl Reader {
    /// Ends when the peer has let the answer wait for so long.
    async fn is_gone(&self, patience: Duration) {
        loop {
            let now = Instant::now();
            let until = match self.awaited_since.read(self.began) {
                Some(since) if since + patience <= now => return,
                Some(since) => since + patience,
                None => now + patience,
            };
            tokio::time::sleep_until(until).await;
        }
    }
}

/// Runs requests of HTTP/2 connections.
#[derive(Clone, Copy)]
pub(super) struct Streams {
    pub(super) patience: Duration,
}

impl<F> Executor<F> for Streams
where
    F: Future + Send + 'static,
    F::Output: Send,
{
    fn execute(&self, request: F) {
        let reader = Arc::new(Reader {
            began: Instant::now(),
            awaited_since: Mark::default(),
        });
        let (patience, watched) = (self.patience, Arc::clone(&reader));
        tokio::spawn(READER.scope(reader, async move {
            tokio::select! {
                _ = request => {}
                () = watched.is_gone(patience) => note_end(Farewell::NoProgress),
            }
        }));
    }
}

/// An answer's body, which keeps its request under way until it is sent or dropped.
pub(super) struct Answer {
    body: Body,
    reader: Option<Arc<Reader>>,
    _under_way: UnderWay,
}

impl Answer {
    pub(super) fn new(body: Body, under_way: UnderWay) -> Self {
        let reader = READER.try_with(Arc::clone).ok();
        let answer = Self {
            body,
            reader,
            _under_way: under_way,
        };
        answer.awaits_reader();
        answer
    }

    fn awaits_reader(&self) {
        if let Some(reader) = &self.reader {
            reader.awaited_since.begin(reader.began);
        }
    }
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        // hyper asks once the peer has room for more.
        if let Some(reader) = &self.reader {
            reader.awaited_since.clear();
        }
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        if matches!(polled, Poll::Ready(Some(Ok(_)))) {
            self.awaits_reader();
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
