//! Reads a JSON body within bounds, with a separate problem for each way it can be wrong.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::extract::{FromRef, FromRequest, Request};
use bytes::{Bytes, BytesMut};
use campanile_fields::JsonText;
use futures_util::StreamExt;
use http::{HeaderMap, HeaderValue, header};

use crate::budgets::{AnswerRoom, RequestRoom};
use crate::layers::RequestContext;
use crate::problem::{Problem, ProblemCode};
use crate::v1::long_work;
use crate::{ApiState, RequestLimits};

/// A body that is still to be read; comes after the extractor that proves whose it is.
pub(crate) struct JsonBody {
    headers: HeaderMap,
    body: Body,
    limits: RequestLimits,
    requests: RequestRoom,
    answers: AnswerRoom,
    context: RequestContext,
}

impl FromRequest<ApiState> for JsonBody {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &ApiState) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let context = parts.extensions.get::<RequestContext>();
        Ok(Self {
            limits: FromRef::from_ref(state),
            requests: FromRef::from_ref(state),
            answers: FromRef::from_ref(state),
            context: context.cloned().ok_or_else(Problem::internal)?,
            headers: parts.headers,
            body,
        })
    }
}

impl JsonBody {
    /// The request's headers.
    pub(crate) const fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Lets the body have so many bytes.
    #[must_use]
    pub(crate) fn of_at_most(mut self, bytes: usize) -> Self {
        self.limits.body_bytes = bytes;
        self
    }

    /// Reads the body, which must be JSON, and gives it to `read`.
    pub(crate) async fn read<T>(self, read: impl FnOnce(&JsonText) -> T) -> Result<T, Problem> {
        self.json()
            .await
            .map(|json| long_work::on_bytes(json.json().text().len(), || read(&json)))
    }

    /// Reads the body, which must be JSON.
    pub(crate) async fn json(self) -> Result<JsonText, Problem> {
        check_media_type(&self.headers)?;
        let text = String::from_utf8(self.bytes().await?.into())
            .map_err(|_| Problem::new(ProblemCode::MalformedRequest, "The body is not UTF-8"))?;
        long_work::on_bytes(text.len(), || JsonText::parse(text)).map_err(|error| {
            let detail = format!("The body is not JSON: {error}");
            Problem::new(ProblemCode::MalformedRequest, detail)
        })
    }

    /// Reads a body of any media type, within the same bounds.
    pub(crate) async fn raw(self) -> Result<Bytes, Problem> {
        check_encoding(&self.headers)?;
        Ok(self.bytes().await?.freeze())
    }

    /// Reads the body. Its room is taken until the request is answered.
    async fn bytes(self) -> Result<BytesMut, Problem> {
        let limit = self.limits.body_bytes;
        let announced = announced_length(&self.headers, limit)?;
        let room = match self.answers.check(&self.context) {
            Ok(()) => self.requests.take(&self.context, announced).await,
            Err(refused) => Err(refused),
        };
        let mut room = match room {
            Ok(room) => room,
            Err(refused) => {
                discard(self.body, limit, self.limits.body_timeout).await;
                return Err(refused);
            }
        };
        let read = async {
            let mut bytes = BytesMut::with_capacity(announced);
            let mut stream: BodyDataStream = self.body.into_data_stream();
            while let Some(chunk) = stream.next().await {
                let broken = |_| {
                    Problem::new(
                        ProblemCode::MalformedRequest,
                        "The request body ended early",
                    )
                };
                let chunk = chunk.map_err(broken)?;
                let length = bytes.len() + chunk.len();
                if length > limit {
                    return Err(too_large(limit));
                }
                self.requests.reach(&mut room, length)?;
                bytes.extend_from_slice(&chunk);
            }
            Ok(bytes)
        };
        let bytes = tokio::time::timeout(self.limits.body_timeout, read)
            .await
            .map_err(|_| {
                Problem::new(
                    ProblemCode::BodyTimeout,
                    "The request body did not arrive in time",
                )
            })??;
        self.context.hold(room);
        Ok(bytes)
    }
}

/// Reads and discards a body that is not needed. A caller who is still sending it would otherwise find the connection
/// reset instead of the response.
async fn discard(body: Body, limit: usize, patience: Duration) {
    let mut stream = body.into_data_stream();
    let read = async {
        let mut length = 0;
        while let Some(Ok(chunk)) = stream.next().await {
            length += chunk.len();
            if length > limit {
                return;
            }
        }
    };
    let _ = tokio::time::timeout(patience, read).await;
}

fn check_media_type(headers: &HeaderMap) -> Result<(), Problem> {
    let refused = |detail| Err(Problem::new(ProblemCode::UnsupportedMediaType, detail));
    let essence = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let mut parts = essence.split(';').map(str::trim);
    if !parts
        .next()
        .is_some_and(|kind| kind.eq_ignore_ascii_case("application/json"))
    {
        return refused("Content-Type must be application/json");
    }
    let utf8 = |value: &str| value.trim_matches('"').eq_ignore_ascii_case("utf-8");
    if parts
        .filter_map(|parameter| parameter.split_once('='))
        .any(|(name, value)| name.eq_ignore_ascii_case("charset") && !utf8(value))
    {
        return refused("JSON must be UTF-8; other charsets are not supported");
    }
    check_encoding(headers)
}

fn check_encoding(headers: &HeaderMap) -> Result<(), Problem> {
    let plain = |value: &HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"identity");
    if !headers.get_all(header::CONTENT_ENCODING).iter().all(plain) {
        let detail = "Compressed bodies (Content-Encoding) are not supported";
        return Err(Problem::new(ProblemCode::UnsupportedMediaType, detail));
    }
    Ok(())
}

/// Refuses before reading what is announced as too large; nought where nothing is announced, which is
/// noticed on the way.
fn announced_length(headers: &HeaderMap, limit: usize) -> Result<usize, Problem> {
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok())
        .unwrap_or(0);
    usize::try_from(announced)
        .ok()
        .filter(|length| *length <= limit)
        .ok_or_else(|| too_large(limit))
}

fn too_large(limit: usize) -> Problem {
    let detail = format!("The body must be at most {limit} bytes");
    Problem::new(ProblemCode::PayloadTooLarge, detail)
}
