//! How the server can be made to answer.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode};
use serde_json::json;

/// One answer.
#[derive(Debug, Clone)]
pub struct ApnsReply {
    pub(super) status: u16,
    body: String,
    is_apples: bool,
    delay: Duration,
}

impl ApnsReply {
    /// The message is taken.
    pub fn taken() -> Self {
        Self::raw(200, "")
    }

    /// A refusal, as Apple writes it.
    pub fn refused(status: u16, reason: &str) -> Self {
        Self::raw(status, &json!({ "reason": reason }).to_string())
    }

    /// The device is gone since this moment, in milliseconds since 1970.
    pub fn gone_since(milliseconds: i64) -> Self {
        let body = json!({"reason": "Unregistered", "timestamp": milliseconds});
        Self::raw(410, &body.to_string())
    }

    /// Any status with any body.
    pub fn raw(status: u16, body: &str) -> Self {
        Self {
            status,
            body: body.to_owned(),
            is_apples: true,
            delay: Duration::ZERO,
        }
    }

    /// Without the header by which Apple's answers are recognised.
    #[must_use]
    pub fn of_a_stranger(mut self) -> Self {
        self.is_apples = false;
        self
    }

    /// After a while.
    #[must_use]
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    pub(super) async fn into_response(self, id: &str) -> Response<Body> {
        tokio::time::sleep(self.delay).await;
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = StatusCode::from_u16(self.status).expect("a status");
        if self.is_apples {
            let id = HeaderValue::from_str(id).expect("an id");
            response.headers_mut().insert("apns-id", id);
        }
        response
    }
}
