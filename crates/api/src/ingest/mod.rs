//! What programs call that speak another protocol than ours. Each answers as that protocol's clients expect.
//!
//! These paths are not in the OpenAPI document: their contracts are those of Apprise, ntfy, Alertmanager and Grafana. See
//! `docs/guides/ingest.md`.

mod apprise;
mod call;
mod mail_report;
mod ntfy;
mod webhook;

use axum::Router;
use axum::routing::{MethodRouter, get, post};
use http::StatusCode;

use crate::ApiState;

/// All of them.
pub(crate) fn router() -> Router<ApiState> {
    Router::new()
        .route("/notify", post(apprise::notify))
        .route("/notify/", post(apprise::notify))
        .route("/notify/{key}", post(apprise::notify))
        .route("/notify/{key}/", post(apprise::notify))
        .route("/ntfy", ntfy_json())
        .route("/ntfy/", ntfy_json())
        .route("/ntfy/{topic}", post(ntfy::publish).put(ntfy::publish))
        .route("/ntfy/{topic}/publish", ntfy_get())
        .route("/ntfy/{topic}/send", ntfy_get())
        .route("/ntfy/{topic}/trigger", ntfy_get())
        // Clients that know a server only by its host publish JSON there.
        .route("/", ntfy_json())
        .route("/ingest", post(webhook::receive))
        .route("/ingest/{key}", post(webhook::receive))
}

/// Programs that can only open an address publish with parameters. Asking for the head alone publishes nothing.
fn ntfy_get() -> MethodRouter<ApiState> {
    get(ntfy::publish).head(async || StatusCode::METHOD_NOT_ALLOWED)
}

fn ntfy_json() -> MethodRouter<ApiState> {
    post(ntfy::publish_json).put(ntfy::publish_json)
}
