//! `POST /v1/projects/{project}/messages:send`.

use std::sync::Arc;
use std::time::Instant;

use axum::body::{Body, Bytes};
use axum::extract::{Extension, Path, State};
use axum::http::{HeaderMap, Response, Version};
use serde_json::Value;

use super::FcmReply;
use super::server::{ConnectionNumber, Shared};

/// One call.
#[derive(Debug, Clone)]
pub struct FcmMessage {
    /// When it came.
    pub at: Instant,
    /// The token or the fid it is for, or nothing.
    pub target: String,
    /// `message` of the body.
    pub message: Value,
    /// The bytes of the whole body.
    pub bytes: Bytes,
    /// The access token it came with.
    pub bearer: String,
    /// Over which of the server's connections, counted from one.
    pub connection: usize,
    /// Over which version of HTTP.
    pub version: Version,
    /// What it was answered with.
    pub status: u16,
}

pub(super) async fn send(
    State(shared): State<Arc<Shared>>,
    Extension(ConnectionNumber(connection)): Extension<ConnectionNumber>,
    Path(project): Path<String>,
    version: Version,
    headers: HeaderMap,
    bytes: Bytes,
) -> Response<Body> {
    let bearer = headers
        .get("authorization")
        .and_then(|value| value.to_str().ok());
    let bearer = bearer
        .and_then(|value| value.strip_prefix("Bearer "))
        .unwrap_or_default();
    let mut body: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    let message = body["message"].take();
    let target = message["token"]
        .as_str()
        .or(message["fid"].as_str())
        .unwrap_or_default();
    let target = target.to_owned();
    let reply = {
        let mut state = shared.state();
        if !state.valid.contains(bearer) {
            FcmReply::error(401, "UNSPECIFIED_ERROR")
        } else if project != shared.account.project_id {
            FcmReply::error(403, "UNSPECIFIED_ERROR")
        } else if target.is_empty() {
            FcmReply::error(400, "INVALID_ARGUMENT")
        } else {
            let scripted = state.script.get_mut(&target);
            let scripted = scripted.and_then(|replies| match replies.len() {
                0 | 1 => replies.front().cloned(),
                _ => replies.pop_front(),
            });
            scripted.unwrap_or_else(|| state.usual.clone().unwrap_or_else(FcmReply::taken))
        }
    };
    let received = FcmMessage {
        at: Instant::now(),
        target,
        message,
        bytes,
        bearer: bearer.to_owned(),
        connection,
        version,
        status: reply.status,
    };
    shared.ledger.send_modify(|ledger| ledger.push(received));
    reply.into_response().await
}
