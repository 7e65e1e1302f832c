//! `/auth/magic?token=…`: the page of a link that works once.
//!
//! A GET or HEAD changes nothing, since mail scanners follow every link. The button of the page posts, and that uses the link and
//! opens the page behind it. Neither needs a script.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use campanile_app::magic_links::{gate_page, new_session, over_page, use_once};
use campanile_domain::{Clock, Random};
use campanile_links::{Links, MagicLink};
use campanile_storage::Storage;
use http::request::Parts;
use http::{HeaderValue, StatusCode, header};

use super::answer::{answer, plain};
use super::cookie;
use crate::identity::Authenticator;
use crate::problem::Problem;

/// Shows the page with the button.
pub(super) async fn ask(
    State(links): State<Links>,
    State(storage): State<Arc<dyn Storage>>,
    State(authenticator): State<Authenticator>,
    State(clock): State<Arc<dyn Clock>>,
    State(random): State<Random>,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, _) = request.into_parts();
    let storage = storage.as_ref();
    let (link, _) = match opened(&links, &authenticator, &parts).await? {
        Some(opened) => opened,
        None => return not_valid(storage, &authenticator, &parts, &random).await,
    };
    if link.expires_at <= clock.now() {
        let page = over_page(storage, Some(&link)).await?;
        return Ok(answer(StatusCode::GONE, &page, &random));
    }
    let page = gate_page(storage, &link).await?;
    Ok(answer(StatusCode::OK, &page, &random))
}

/// Uses the link, and leads to the page behind it.
pub(super) async fn use_it(
    State(links): State<Links>,
    State(storage): State<Arc<dyn Storage>>,
    State(authenticator): State<Authenticator>,
    State(clock): State<Arc<dyn Clock>>,
    State(random): State<Random>,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, _) = request.into_parts();
    let storage = storage.as_ref();
    let (link, token) = match opened(&links, &authenticator, &parts).await? {
        Some(opened) => opened,
        None => return not_valid(storage, &authenticator, &parts, &random).await,
    };
    if !use_once(storage, clock.as_ref(), &link, &token).await? {
        let page = over_page(storage, Some(&link)).await?;
        return Ok(answer(StatusCode::GONE, &page, &random));
    }
    tracing::info!(tenant.id = %link.tenant, link.purpose = %link.purpose, "a user opened a page by a link");
    let session = new_session(&links, clock.as_ref(), &random, link).await?;
    let mut response = StatusCode::SEE_OTHER.into_response();
    // Relative, so that it also holds behind a proxy that serves the API below a path.
    let place = HeaderValue::try_from(format!("..{}", session.path));
    let cookie = HeaderValue::try_from(cookie::set(&links, &session));
    let (Ok(place), Ok(cookie)) = (place, cookie) else {
        return Err(Problem::internal());
    };
    let headers = response.headers_mut();
    headers.insert(header::LOCATION, place);
    headers.insert(header::SET_COOKIE, cookie);
    Ok(plain(response))
}

/// The link of the parameter `token`, if it is one, with its text.
async fn opened(
    links: &Links,
    authenticator: &Authenticator,
    parts: &Parts,
) -> Result<Option<(MagicLink, String)>, Problem> {
    let query = parts.uri.query().unwrap_or_default();
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    let Some((_, token)) = pairs.find(|(name, _)| name == "token") else {
        return Ok(None);
    };
    let Some(link) = links.open_magic(&token).await? else {
        return Ok(None);
    };
    let is_known = authenticator.admit_page(parts, &link.tenant, &link.user);
    Ok(is_known.await?.then(|| (link, token.into_owned())))
}

/// Counted by address, as a token that is refused.
pub(super) async fn not_valid(
    storage: &dyn Storage,
    authenticator: &Authenticator,
    parts: &Parts,
    random: &Random,
) -> Result<Response, Problem> {
    match authenticator.refused_link(parts) {
        Some(limited) => Err(limited),
        None => {
            let page = over_page(storage, None).await?;
            Ok(answer(StatusCode::NOT_FOUND, &page, random))
        }
    }
}
