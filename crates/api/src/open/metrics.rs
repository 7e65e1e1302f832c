//! `GET /metrics`: the numbers, for Prometheus.

use axum::response::IntoResponse;
use campanile_telemetry::{OPEN_METRICS, render_metrics, render_open_metrics};
use http::{HeaderMap, header};

/// The text format's media type.
const TEXT_FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Returns the metrics of this process in the Prometheus text format, or in the format of OpenMetrics, which has
/// exemplars, if the header `Accept` names it.
#[utoipa::path(
    get,
    operation_id = "scrape",
    path = "/metrics",
    tag = "operations",
    responses((status = 200, description = "Metrics in the Prometheus text format or as OpenMetrics", content(
        (String = "text/plain"),
        (String = "application/openmetrics-text"),
    ))),
)]
pub(crate) async fn metrics(headers: HeaderMap) -> impl IntoResponse {
    let accepted = headers.get_all(header::ACCEPT).iter();
    let mut accepted = accepted.filter_map(|value| value.to_str().ok());
    if accepted.any(|value| value.contains("application/openmetrics-text")) {
        return (
            [(header::CONTENT_TYPE, OPEN_METRICS)],
            render_open_metrics(),
        );
    }
    ([(header::CONTENT_TYPE, TEXT_FORMAT)], render_metrics())
}
