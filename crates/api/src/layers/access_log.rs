//! One log line and two numbers per request.

use std::time::Instant;

use axum::extract::MatchedPath;
use campanile_telemetry::OpenSpan;
use http::{Method, StatusCode};

use super::RequestContext;

/// The label of requests to paths that do not exist.
const UNMATCHED: &str = "unmatched";

/// Stands where a status would when the caller hung up before the answer; nginx made it customary.
const HUNG_UP: u16 = 499;

/// Probes and scrapes come every few seconds and say nothing when all is well.
const QUIET: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

/// The line of one request. It is written when the answer is known, or when the request is dropped
/// without one: callers that lose patience are just those one looks for.
pub(super) struct RequestLine {
    method: &'static str,
    /// The route's pattern, never the path: paths hold ids, and would make endless label values.
    route: Option<MatchedPath>,
    context: RequestContext,
    span: tracing::Span,
    /// There until it is answered.
    recorded: Option<OpenSpan>,
    began: Instant,
    status: u16,
}

impl RequestLine {
    /// A request that has just come.
    pub(super) fn begin(
        method: &Method,
        route: Option<MatchedPath>,
        context: RequestContext,
        span: tracing::Span,
        recorded: OpenSpan,
    ) -> Self {
        Self {
            method: method_label(method),
            route,
            context,
            span,
            recorded: Some(recorded),
            began: Instant::now(),
            status: HUNG_UP,
        }
    }

    /// Writes the line with the answer's status.
    pub(super) fn answered(mut self, status: StatusCode) {
        self.status = status.as_u16();
    }
}

impl Drop for RequestLine {
    fn drop(&mut self) {
        let route = self.route.as_ref().map_or(UNMATCHED, MatchedPath::as_str);
        let (method, status, took) = (self.method, self.status, self.began.elapsed());
        let metrics = campanile_telemetry::metrics();
        metrics
            .http_requests_total
            .with_label_values(&[method, route, &status.to_string()])
            .inc();
        campanile_telemetry::observe(
            &metrics.http_request_duration_seconds,
            &[method, route],
            took.as_secs_f64(),
            self.recorded.as_ref().and_then(OpenSpan::trace),
        );

        if let Some(recorded) = self.recorded.take() {
            recorded.end_request(method, route, status);
        }
        let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        let request_id = self.context.id().as_str();
        let tenant = self.context.tenant().unwrap_or_default();
        // Entered rather than named as the parent: the JSON lines list only spans that are entered.
        let _within = self.span.enter();
        // The level of an event is fixed where it stands, hence the macro for two of them.
        macro_rules! line {
            ($level:ident) => {
                tracing::$level!(
                    http.method = method,
                    http.route = route,
                    http.status = status,
                    duration_ms,
                    request.id = request_id,
                    tenant.id = tenant,
                    "{method} {route} {status}"
                )
            };
        }
        if status == 200 && QUIET.contains(&route) {
            line!(debug);
        } else {
            line!(info);
        }
    }
}

/// A caller may invent methods; labels may not grow with them.
fn method_label(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}
