//! `/docs/live`: a page that shows a user's inbox live, for trying the stream out on a computer or a phone.
//!
//! Users paste tokens into this page, so it runs only its own files, calls only this server, and cannot be embedded in
//! another site. It shows what senders wrote as text, never as HTML.

use axum::Router;
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::get;
use http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::file::File;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

const HEADERS: [(HeaderName, &str); 3] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::REFERRER_POLICY, "no-referrer"),
    // For browsers that do not know `frame-ancestors`.
    (header::X_FRAME_OPTIONS, "DENY"),
];

/// The page and its files.
pub fn router() -> Router {
    let page = include_bytes!("live.html");
    let script = include_bytes!("live.js");
    let style = include_bytes!("live.css");
    Router::new()
        .route("/docs/live", file(page, "text/html; charset=utf-8"))
        .route(
            "/docs/live/live.js",
            file(script, "text/javascript; charset=utf-8"),
        )
        .route(
            "/docs/live/live.css",
            file(style, "text/css; charset=utf-8"),
        )
        .layer(map_response(guarded))
}

fn file(bytes: &'static [u8], media_type: &'static str) -> axum::routing::MethodRouter {
    let file = File::new(bytes, media_type);
    get(move |request: HeaderMap| async move { file.answer(&request) })
}

async fn guarded(mut response: Response) -> Response {
    for (name, value) in HEADERS {
        let value = HeaderValue::from_static(value);
        response.headers_mut().insert(name, value);
    }
    response
}
