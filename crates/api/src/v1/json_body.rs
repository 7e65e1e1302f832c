//! Reading a JSON body within bounds, with an answer of its own for each way it can be wrong.

use axum::body::{Body, BodyDataStream};
use bytes::BytesMut;
use campanile_intake::JsonText;
use futures_util::StreamExt;
use http::{HeaderMap, HeaderValue, header};

use crate::RequestLimits;
use crate::problem::{Problem, ProblemCode};

/// Reads a body that must be JSON.
pub(crate) async fn read_json(
    headers: &HeaderMap,
    body: Body,
    limits: RequestLimits,
) -> Result<JsonText, Problem> {
    check_media_type(headers)?;
    check_announced_length(headers, limits.body_bytes)?;
    let read = read_bytes(body.into_data_stream(), limits.body_bytes);
    let bytes = tokio::time::timeout(limits.body_timeout, read)
        .await
        .map_err(|_| Problem::new(ProblemCode::BodyTimeout, "The body did not arrive in time"))??;
    let text = String::from_utf8(bytes.into())
        .map_err(|_| Problem::new(ProblemCode::MalformedRequest, "The body is not UTF-8"))?;
    JsonText::parse(text).map_err(|error| {
        let detail = format!("The body is not JSON: {error}");
        Problem::new(ProblemCode::MalformedRequest, detail)
    })
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
        return refused("JSON is UTF-8; no other charset is read");
    }
    let plain = |value: &HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"identity");
    if !headers.get_all(header::CONTENT_ENCODING).iter().all(plain) {
        return refused("Compressed bodies are not read");
    }
    Ok(())
}

/// Refuses before reading what is announced as too large; an unannounced one is noticed on the way.
fn check_announced_length(headers: &HeaderMap, limit: usize) -> Result<(), Problem> {
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    match announced {
        Some(length) if length > limit as u64 => Err(too_large(limit)),
        _ => Ok(()),
    }
}

async fn read_bytes(mut stream: BodyDataStream, limit: usize) -> Result<BytesMut, Problem> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = stream.next().await {
        let chunk =
            chunk.map_err(|_| Problem::new(ProblemCode::MalformedRequest, "The body broke off"))?;
        if bytes.len() + chunk.len() > limit {
            return Err(too_large(limit));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn too_large(limit: usize) -> Problem {
    let detail = format!("The body may have {limit} bytes at most");
    Problem::new(ProblemCode::PayloadTooLarge, detail)
}
