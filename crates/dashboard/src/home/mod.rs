//! `/`: a page to send a notification, watch it arrive, and see what became of it.
//!
//! Tokens pass through this page, so it runs only its own files, calls only this server, and cannot be embedded in
//! another site.

use axum::extract::{DefaultBodyLimit, State};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

use crate::SignIn;
use crate::file::File;

/// What the page may load and call. Lit makes its templates under the one policy of trusted types.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
    trusted-types lit-html";

const HEADERS: [(HeaderName, &str); 4] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // For browsers that do not know `frame-ancestors`.
    (header::X_FRAME_OPTIONS, "DENY"),
];

/// A code is a UUID; anything much longer is none.
const LONGEST_CODE: usize = 64;

/// The page, its files, and the exchange of the code that `sign_in` holds.
pub fn router(sign_in: SignIn) -> Router {
    let page = include_bytes!("index.html");
    let style = include_bytes!("page.css");
    let icon = include_bytes!("icon.svg");
    let scripts = [
        ("/assets/home.js", include_bytes!("page.js").as_slice()),
        ("/assets/timeline.js", include_bytes!("timeline.js")),
    ];
    let mut router = Router::new()
        .route("/", file(page, "text/html; charset=utf-8"))
        .route("/assets/home.css", file(style, "text/css; charset=utf-8"))
        .route("/assets/home.svg", file(icon, "image/svg+xml"));
    for (path, script) in scripts {
        router = router.route(path, file(script, "text/javascript; charset=utf-8"));
    }
    let exchange = post(spend)
        .layer(DefaultBodyLimit::max(LONGEST_CODE))
        .with_state(sign_in);
    router
        .route("/sign-in", exchange)
        .layer(map_response(guarded))
}

fn file(bytes: &'static [u8], media_type: &'static str) -> axum::routing::MethodRouter {
    let file = File::new(bytes, media_type);
    get(move |request: HeaderMap| async move { file.answer(&request) })
}

/// A page of another site cannot know the code, and the answer is readable for this site alone.
async fn spend(State(sign_in): State<SignIn>, code: String) -> Response {
    let no_store = [(header::CACHE_CONTROL, "no-store")];
    match sign_in.spend(code.trim()) {
        Some(token) => (no_store, Json(token)).into_response(),
        None => (StatusCode::FORBIDDEN, no_store).into_response(),
    }
}

async fn guarded(mut response: Response) -> Response {
    for (name, value) in HEADERS {
        let value = HeaderValue::from_static(value);
        response.headers_mut().insert(name, value);
    }
    response
}
