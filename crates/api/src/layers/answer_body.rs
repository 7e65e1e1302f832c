//! Counts the bytes of an answer until its caller has taken them.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, HttpBody};
use axum::response::Response;
use bytes::Bytes;
use http::Method;
use hyper::body::{Frame, SizeHint};

use super::RequestContext;
use crate::budgets::{AnswerRoom, Room, held};
use crate::problem::Problem;

/// Responses up to this size are not counted: those of probes, refusals and accepted calls.
const SMALL_BYTES: u64 = 1024;

/// An answer leaves in parts of this size, each of which gives its room back when it is sent.
const PART_BYTES: usize = 64 * 1024;

/// Reserves memory for a response until it is sent. If there is none, a read is refused; the response to a call that
/// changed something is sent anyway. A body without a known length (a stream of events) is not counted here: its
/// outbox counts what it gives until it is asked for more.
pub(super) fn with_room(
    response: Response,
    rooms: &AnswerRoom,
    context: &RequestContext,
    method: &Method,
) -> Result<Response, Problem> {
    let Some(bytes) = response.body().size_hint().exact() else {
        return Ok(response);
    };
    if bytes <= SMALL_BYTES {
        return Ok(response);
    }
    let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
    let room = match method.is_safe() {
        true => rooms.take(context, bytes)?,
        false => rooms.take_anyway(context, bytes),
    };
    Ok(response.map(|body| {
        Body::new(Counted {
            body,
            rest: Bytes::new(),
            room,
        })
    }))
}

/// A body with its reserved memory.
struct Counted {
    body: Body,
    /// What the body gave and is still to leave.
    rest: Bytes,
    room: Room,
}

impl HttpBody for Counted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = &mut *self;
        while this.rest.is_empty() {
            match std::task::ready!(Pin::new(&mut this.body).poll_frame(cx)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => this.rest = data,
                    Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
                },
                end => return Poll::Ready(end),
            }
        }
        let part = this.rest.split_to(this.rest.len().min(PART_BYTES));
        let room = this.room.split(part.len());
        Poll::Ready(Some(Ok(Frame::data(held(part, room)))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let mut hint = self.body.size_hint();
        let rest = self.rest.len() as u64;
        if let Some(bytes) = hint.exact() {
            hint.set_exact(bytes + rest);
        }
        hint
    }
}
