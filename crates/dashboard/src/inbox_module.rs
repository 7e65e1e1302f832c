//! `/assets/campanile-inbox.js`: the element `<campanile-inbox>` for any page, also of another origin.

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderValue, header};
use sha2::{Digest, Sha384};

use crate::file::File;

/// Built by `npm run build` in `clients` and committed; a check compares it with a new build.
const MODULE: &[u8] = include_bytes!("../../../clients/web/dist/campanile-inbox.js");

/// The route of the module. It is public: it holds no data and no credentials.
pub fn router() -> Router {
    Router::new()
        .route("/assets/campanile-inbox.js", get(serve))
        .with_state(File::new(MODULE, "text/javascript; charset=utf-8"))
}

/// The module's hash for the attribute `integrity` of a script.
pub fn integrity() -> String {
    format!("sha384-{}", STANDARD.encode(Sha384::digest(MODULE)))
}

async fn serve(State(file): State<File>, request: HeaderMap) -> Response {
    let mut response = file.answer(&request);
    let headers = response.headers_mut();
    // Browsers load modules of other origins only with leave.
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("*"),
    );
    headers.insert(
        "cross-origin-resource-policy",
        HeaderValue::from_static("cross-origin"),
    );
    response
}
