//! One call of a webhook.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use uuid::Uuid;

use super::Sink;
use crate::ledger::Received;
use crate::now_us;

/// What is read of a body.
#[derive(Deserialize)]
struct Body {
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    id: Uuid,
}

pub(super) async fn receive(
    State(sink): State<Arc<Sink>>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let id = headers
        .get("webhook-id")
        .and_then(|id| id.to_str().ok())
        .unwrap_or_default();
    let read: Option<Body> = serde_json::from_slice(&body).ok();
    let verified = sink
        .secret
        .as_ref()
        .map(|secret| secret.verify(&body, &headers).is_ok());
    let received = Received {
        at: now_us(),
        webhook_id: id.to_owned(),
        notification_id: read.map(|body| body.data.id),
        target: None,
        verified,
        status: sink.status.as_u16(),
        retry_after_s: None,
    };
    // What could not be noted is not taken.
    if sink.kept.add(received).is_err() {
        return StatusCode::INSUFFICIENT_STORAGE;
    }
    if !sink.delay.is_zero() {
        tokio::time::sleep(sink.delay).await;
    }
    sink.status
}
