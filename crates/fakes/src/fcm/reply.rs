//! How the server can be made to answer.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use futures_util::stream;
use serde_json::json;

/// One answer.
#[derive(Debug, Clone)]
pub struct FcmReply {
    pub(super) status: u16,
    headers: Vec<(&'static str, String)>,
    body: Bytes,
    delay: Duration,
    breaks_off: bool,
}

impl FcmReply {
    /// The message is taken.
    pub fn taken() -> Self {
        let name = format!("projects/project-1/messages/{}", uuid::Uuid::new_v4());
        Self::raw(200, json!({ "name": name }).to_string())
    }

    /// An error with FCM's own name for it, e.g. `UNREGISTERED`, as FCM writes it.
    pub fn error(status: u16, error_code: &str) -> Self {
        Self::raw(status, error_body(status, error_code))
    }

    /// Any status with any body.
    pub fn raw(status: u16, body: impl Into<Bytes>) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: body.into(),
            delay: Duration::ZERO,
            breaks_off: false,
        }
    }

    /// With a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// After a while.
    #[must_use]
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Closes in the middle of the body.
    #[must_use]
    pub fn breaking_off(mut self) -> Self {
        self.breaks_off = true;
        self
    }

    pub(super) async fn into_response(self) -> Response<Body> {
        tokio::time::sleep(self.delay).await;
        let body = if self.breaks_off {
            let half = self.body.slice(..self.body.len() / 2);
            let end = std::io::Error::other("breaks off, as the script says");
            Body::from_stream(stream::iter([Ok(half), Err(end)]))
        } else {
            Body::from(self.body)
        };
        let mut response = Response::new(body);
        *response.status_mut() = StatusCode::from_u16(self.status).expect("a status");
        for (name, value) in self.headers {
            let name = HeaderName::from_static(name);
            let value = HeaderValue::from_str(&value).expect("a header");
            response.headers_mut().insert(name, value);
        }
        response
    }
}

/// The body of an error with FCM's own name for it, as FCM writes it.
pub fn error_body(status: u16, error_code: &str) -> String {
    let kind = "type.googleapis.com/google.firebase.fcm.v1.FcmError";
    let body = json!({"error": {
        "code": status,
        "message": error_code,
        "status": google_status(status),
        "details": [{"@type": kind, "errorCode": error_code}],
    }});
    body.to_string()
}

/// Google's name for a status (`google.rpc.Code`).
fn google_status(status: u16) -> &'static str {
    match status {
        400 => "INVALID_ARGUMENT",
        401 => "UNAUTHENTICATED",
        403 => "PERMISSION_DENIED",
        404 => "NOT_FOUND",
        429 => "RESOURCE_EXHAUSTED",
        500 => "INTERNAL",
        503 => "UNAVAILABLE",
        _ => "UNKNOWN",
    }
}
