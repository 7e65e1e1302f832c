//! `/docs`: a page that shows the OpenAPI document, with a form to try each call.
//!
//! Users paste tokens into this page, so it runs only its own files, calls only this server, and cannot be embedded
//! in another site.

use axum::Router;
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::get;
use http::{HeaderName, HeaderValue, header};
use utoipa_swagger_ui::SwaggerUi;

/// What the page may load and call. Its pictures are part of its style sheet, as `data:`. It has no inline
/// scripts, and one inline style, in its logo, by the hash of which that is allowed.
const POLICY: &str = "default-src 'none'; script-src 'self'; \
    style-src 'self' 'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='; img-src 'self' data:; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 3] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::REFERRER_POLICY, "no-referrer"),
    // For browsers that do not know `frame-ancestors`.
    (header::X_FRAME_OPTIONS, "DENY"),
];

/// Starts the page with the document, and makes what its example ids stand for.
const INITIALIZER: &str = include_str!("initializer.js");

/// The page and its files.
pub(crate) fn router() -> Router {
    let initializer = || async {
        let javascript = HeaderValue::from_static("text/javascript; charset=utf-8");
        ([(header::CONTENT_TYPE, javascript)], INITIALIZER)
    };
    Router::from(SwaggerUi::new("/docs"))
        .route("/docs/swagger-initializer.js", get(initializer))
        .layer(map_response(guarded))
}

async fn guarded(mut response: Response) -> Response {
    for (name, value) in HEADERS {
        let value = HeaderValue::from_static(value);
        response.headers_mut().insert(name, value);
    }
    response
}
