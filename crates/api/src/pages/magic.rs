//! `/auth/magic?token=…`: the page of a link that works once.
//!
//! A GET or HEAD changes nothing, since mail scanners follow every link. The button of the page posts, and that uses the link and
//! opens the page behind it. Neither needs a script.

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use campanile_app::magic_links::{gate_page, new_session, use_once};
use campanile_links::MagicLink;
use http::request::Parts;
use http::{HeaderValue, StatusCode, header};

use super::answer::plain;
use super::by_link::{ByLink, Refusal};
use super::cookie;
use crate::problem::Problem;

/// Shows the page with the button.
pub(super) async fn ask(State(by): State<ByLink>, request: Request) -> Result<Response, Refusal> {
    let (parts, _) = request.into_parts();
    let (link, _) = opened(&by, &parts).await?;
    if link.expires_at <= by.clock.now() {
        return Err(by.gone(Some(&link)).await);
    }
    let page = gate_page(by.storage.as_ref(), &link).await?;
    Ok(by.answer(StatusCode::OK, &page))
}

/// Uses the link, and leads to the page behind it.
pub(super) async fn use_it(
    State(by): State<ByLink>,
    request: Request,
) -> Result<Response, Refusal> {
    let (parts, _) = request.into_parts();
    let (link, token) = opened(&by, &parts).await?;
    if !use_once(by.storage.as_ref(), by.clock.as_ref(), &link, &token).await? {
        return Err(by.gone(Some(&link)).await);
    }
    tracing::info!(tenant.id = %link.tenant, link.purpose = %link.purpose, "a user opened a page by a link");
    let session = new_session(&by.links, by.clock.as_ref(), &by.random, link).await?;
    let mut response = StatusCode::SEE_OTHER.into_response();
    // Relative, so that it also holds behind a proxy that serves the API below a path.
    let place = HeaderValue::try_from(format!("..{}", session.path));
    let cookie = HeaderValue::try_from(cookie::set(&by.links, &session));
    let (Ok(place), Ok(cookie)) = (place, cookie) else {
        return Err(Problem::internal().into());
    };
    let headers = response.headers_mut();
    headers.insert(header::LOCATION, place);
    headers.insert(header::SET_COOKIE, cookie);
    Ok(plain(response))
}

/// The link of the parameter `token`, with its text.
async fn opened(by: &ByLink, parts: &Parts) -> Result<(MagicLink, String), Refusal> {
    let query = parts.uri.query().unwrap_or_default();
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    let Some((_, token)) = pairs.find(|(name, _)| name == "token") else {
        return Err(by.not_valid(parts).await);
    };
    let Some(link) = by.links.open_magic(&token).await? else {
        return Err(by.not_valid(parts).await);
    };
    let admitted = by.authenticator.admit_page(parts, &link.tenant, &link.user);
    match admitted.await? {
        true => Ok((link, token.into_owned())),
        false => Err(by.not_valid(parts).await),
    }
}
