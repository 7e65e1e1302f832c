//! Writes the body of every error answer, with the request's id in it.

use axum::body::Body;
use axum::response::Response;
use http::{HeaderValue, Method, header};

use super::RequestId;
use crate::problem::{PROBLEM_JSON, Problem, ProblemCode};

/// Marks an answer that a person reads: a page, whatever its status.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ForPeople;

/// Gives an error answer its problem document. One that carries no [`Problem`] (axum's own answers
/// for unknown paths and methods, a file that is not there) gets the one of its status; one that is
/// written on purpose is left alone: JSON (the health report), and pages for people who follow a link.
pub(super) fn with_problem_body(response: Response, method: &Method, id: &RequestId) -> Response {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    if parts.extensions.get::<ForPeople>().is_some() {
        return Response::from_parts(parts, body);
    }
    let problem = match parts.extensions.remove::<Problem>() {
        Some(problem) => problem,
        None if is_written(parts.headers.get(header::CONTENT_TYPE)) => {
            return Response::from_parts(parts, body);
        }
        None => {
            let code = ProblemCode::of_status(status);
            parts.status = code.status();
            Problem::new(code, code.title())
        }
    };
    let json = serde_json::to_vec(&problem.document(id.as_str()))
        .expect("a problem is texts and numbers only");
    parts.headers.remove(header::CONTENT_LENGTH);
    parts
        .headers
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
    // HTTP/1 drops the body of an answer to HEAD by itself; HTTP/2 does not.
    let body = if *method == Method::HEAD {
        Body::empty()
    } else {
        Body::from(json)
    };
    Response::from_parts(parts, body)
}

fn is_written(content_type: Option<&HeaderValue>) -> bool {
    let kinds: [&[u8]; 2] = [b"application/json", b"text/html"];
    content_type.is_some_and(|value| {
        let value = value.as_bytes();
        kinds.iter().any(|kind| value.starts_with(kind))
    })
}
