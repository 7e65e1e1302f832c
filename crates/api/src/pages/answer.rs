//! A page with the headers that guard it.

use axum::response::{Html, IntoResponse, Response};
use campanile_app::pages::Page;
use campanile_domain::Random;
use http::{HeaderName, HeaderValue, StatusCode, header};
use url::Url;

use crate::layers::ForPeople;

const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

/// The address holds a token, so nothing may keep it or pass it on.
const HEADERS: [(HeaderName, &str); 5] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // For browsers that do not know `frame-ancestors`.
    (header::X_FRAME_OPTIONS, "DENY"),
    (ROBOTS, "noindex, nofollow"),
];

/// Writes a page. It may load its style, by a nonce, and the picture of the brand, and send its form to itself.
pub(super) fn answer(status: StatusCode, page: &Page, random: &Random) -> Response {
    let nonce = random.uuid().simple().to_string();
    let pictures = page.picture().and_then(|picture| Url::parse(picture).ok());
    let pictures = pictures.map_or_else(
        || "'none'".to_owned(),
        |picture| picture.origin().ascii_serialization(),
    );
    let policy = format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; img-src {pictures}; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'"
    );
    let mut response = plain((status, Html(page.html(&nonce))).into_response());
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// An answer without a page, with the headers that every page has.
pub(super) fn plain(mut response: Response) -> Response {
    response.extensions_mut().insert(ForPeople);
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
