//! The outermost layer: gives a request its id, and its answer the id, a body and a line in the log.

use std::sync::{Arc, OnceLock};

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use campanile_cache::Verdict;
use campanile_domain::TenantId;
use http::{HeaderName, HeaderValue, header};
use tracing::Instrument;

use super::access_log::RequestLine;
use super::problem_body::with_problem_body;
use super::request_id::X_REQUEST_ID;
use crate::identity::whole_seconds;
use crate::layers::RequestId;

/// What the tightest bucket holds, what is left in it, and the seconds until it is full.
const RATE_LIMIT_LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const RATE_LIMIT_REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RATE_LIMIT_RESET: HeaderName = HeaderName::from_static("ratelimit-reset");

/// What is known of the request that is being answered.
#[derive(Debug, Clone)]
pub(crate) struct RequestContext {
    id: RequestId,
    /// Set by the extractor that proves it; one slot for the request, read by the log line.
    tenant: Arc<OnceLock<TenantId>>,
    /// Set where a limit was looked at; read for the headers of the answer.
    verdict: Arc<OnceLock<Verdict>>,
}

impl RequestContext {
    /// The request's id.
    pub(crate) fn id(&self) -> &RequestId {
        &self.id
    }

    /// Whose data the request turned out to be about.
    pub(crate) fn tenant(&self) -> Option<&str> {
        self.tenant.get().map(TenantId::as_str)
    }

    /// Notes what the limits say.
    pub(crate) fn set_verdict(&self, verdict: Verdict) {
        let _ = self.verdict.set(verdict);
    }

    /// Notes whose data the request is about.
    pub(crate) fn set_tenant(&self, tenant: &TenantId) {
        tracing::Span::current().record("tenant.id", tenant.as_str());
        // A second proof in one request names the same tenant: both come from the same headers.
        let _ = self.tenant.set(tenant.clone());
    }
}

/// Middleware for every request.
pub(crate) async fn request_context(mut request: Request, next: Next) -> Response {
    let context = RequestContext {
        id: RequestId::of(request.headers()),
        tenant: Arc::default(),
        verdict: Arc::default(),
    };
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let span = tracing::info_span!(
        "api.request",
        "request.id" = context.id.as_str(),
        "tenant.id" = tracing::field::Empty,
    );
    campanile_telemetry::continue_trace(&span, request.headers());
    let line = RequestLine::begin(&method, route, context.clone(), span.clone());
    request.extensions_mut().insert(context.clone());

    let response = next.run(request).instrument(span).await;

    let mut response = with_problem_body(response, &method, &context.id);
    let headers = response.headers_mut();
    headers.insert(X_REQUEST_ID, context.id.header());
    if let Some(verdict) = context.verdict.get() {
        let reset = whole_seconds(verdict.reset);
        headers.insert(RATE_LIMIT_LIMIT, verdict.limit.into());
        headers.insert(RATE_LIMIT_REMAINING, verdict.remaining.into());
        headers.insert(RATE_LIMIT_RESET, reset.into());
    }
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    // Inboxes and tokens' answers are nobody else's business; the few public pages may differ.
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));

    line.answered(response.status());
    response
}
