//! The cookie of a page. It is sent to that page alone, only from a page of this site, and no script reads it.

use campanile_app::magic_links::{NewSession, PAGE_LIFE, SESSION_COOKIE};
use campanile_links::Links;
use http::HeaderMap;
use http::header;

/// The header that sets it.
pub(super) fn set(links: &Links, session: &NewSession) -> String {
    let NewSession { path, cookie } = session;
    let (prefix, is_secure) = links
        .public_url()
        .map_or(("", false), |url| (url.path(), url.is_secure()));
    let secure = if is_secure { "; Secure" } else { "" };
    let seconds = PAGE_LIFE.num_seconds();
    format!(
        "{SESSION_COOKIE}={cookie}; Path={prefix}{path}; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}"
    )
}

/// The texts of a request's cookies.
pub(super) fn all(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let values = headers.get_all(header::COOKIE).iter();
    values.filter_map(|value| value.to_str().ok())
}
