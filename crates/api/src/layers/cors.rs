//! Which web pages may call the API from a browser (CORS), and what they may send and read.

use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use tower::{Layer, ServiceExt};
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::identity::AllowedOrigins;

const METHODS: [Method; 4] = [Method::GET, Method::POST, Method::PUT, Method::DELETE];

/// What pages may send. Browsers allow the plain ones, such as `Accept`, by themselves.
const SENT: [HeaderName; 8] = [
    header::AUTHORIZATION,
    header::CONTENT_TYPE,
    HeaderName::from_static("idempotency-key"),
    HeaderName::from_static("last-event-id"),
    HeaderName::from_static("traceparent"),
    HeaderName::from_static("tracestate"),
    HeaderName::from_static("x-request-id"),
    HeaderName::from_static("x-tenant"),
];

/// What pages may read.
const READ: [HeaderName; 7] = [
    HeaderName::from_static("idempotency-replayed"),
    header::LINK,
    HeaderName::from_static("ratelimit-limit"),
    HeaderName::from_static("ratelimit-remaining"),
    HeaderName::from_static("ratelimit-reset"),
    header::RETRY_AFTER,
    HeaderName::from_static("x-request-id"),
];

/// Browsers ask again after this. Chrome keeps no answer longer.
const MAX_AGE: Duration = Duration::from_secs(7_200);

/// The rules for pages of these origins. Cookies are not among what they may send: callers have tokens.
pub(crate) fn rules(origins: AllowedOrigins) -> CorsLayer {
    CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(move |origin, _| {
            origins.allows(origin)
        }))
        .allow_methods(METHODS)
        .allow_headers(SENT)
        .expose_headers(READ)
        .max_age(MAX_AGE)
}

/// Answers preflights, and says in other responses which page may read them.
pub(crate) async fn cors(State(rules): State<CorsLayer>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let is_from_page = headers.contains_key(header::ORIGIN);
    // Any other OPTIONS is a method like another.
    let is_plain_options = request.method() == Method::OPTIONS
        && !headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    if is_from_page && !is_plain_options {
        return rules
            .layer(next)
            .oneshot(request)
            .await
            .unwrap_or_else(|never| match never {});
    }
    let mut response = next.run(request).await.into_response();
    response
        .headers_mut()
        .append(header::VARY, HeaderValue::from_name(header::ORIGIN));
    response
}

/// The headers of a response that a response in its place must have too, or its page could not read it.
pub(super) fn kept(headers: &HeaderMap) -> HeaderMap {
    let is_kept =
        |name: &HeaderName| name == header::VARY || name.as_str().starts_with("access-control-");
    headers
        .iter()
        .filter(|(name, _)| is_kept(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}
