//! `GET /metrics`: the numbers, for Prometheus.

use axum::response::IntoResponse;
use http::header;

/// The text format's media type.
const TEXT_FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Returns the metrics of this process in the Prometheus text format.
#[utoipa::path(
    get,
    operation_id = "scrape",
    path = "/metrics",
    tag = "operations",
    responses((status = 200, description = "Metrics in the Prometheus text format", body = String, content_type = "text/plain")),
)]
pub(crate) async fn metrics() -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, TEXT_FORMAT)],
        campanile_telemetry::render_metrics(),
    )
}
