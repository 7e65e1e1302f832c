//! `/unsubscribe/{token}`: the address in the header `List-Unsubscribe` of mails (RFC 8058).
//!
//! A GET or HEAD changes nothing: mail scanners follow every link. A mail program posts `List-Unsubscribe=One-Click`
//! without a user looking on, as a form in either encoding; the page posts the same when its button is pressed. The token
//! is all that is needed, so there is no session that another site could use.

use std::sync::Arc;

use axum::body::to_bytes;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use campanile_app::unsubscribe::{PageState, page, unsubscribe};
use campanile_domain::{Clock, Random};
use campanile_links::{LinkError, Links, Unsubscribe};
use campanile_storage::Storage;
use http::StatusCode;
use http::request::Parts;

use super::answer::answer;
use super::not_valid;
use crate::identity::Authenticator;
use crate::problem::Problem;

/// Bytes of a body; what is posted has some thirty, or two hundred as `multipart/form-data`.
const MOST_BYTES: usize = 4 * 1024;

impl From<LinkError> for Problem {
    fn from(error: LinkError) -> Self {
        match error {
            LinkError::Storage(error) => error.into(),
            LinkError::Seal(_) => {
                tracing::error!(%error, "a link cannot be opened");
                Self::internal()
            }
        }
    }
}

/// Shows the page that asks.
pub(super) async fn ask(
    Path(token): Path<String>,
    State(links): State<Links>,
    State(storage): State<Arc<dyn Storage>>,
    State(authenticator): State<Authenticator>,
    State(random): State<Random>,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, _) = request.into_parts();
    let Some(link) = opened(&links, &authenticator, &parts, &token).await? else {
        return not_valid(&authenticator, &parts, &random);
    };
    let page = page(storage.as_ref(), &link, PageState::Asks).await?;
    Ok(answer(StatusCode::OK, &page, &random))
}

/// Switches mails off.
pub(super) async fn stop(
    Path(token): Path<String>,
    State(links): State<Links>,
    State(storage): State<Arc<dyn Storage>>,
    State(authenticator): State<Authenticator>,
    State(clock): State<Arc<dyn Clock>>,
    State(random): State<Random>,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let Some(link) = opened(&links, &authenticator, &parts, &token).await? else {
        return not_valid(&authenticator, &parts, &random);
    };
    let body = to_bytes(body, MOST_BYTES).await.unwrap_or_default();
    let state = match asked_for(&String::from_utf8_lossy(&body)) {
        Some(state) => state,
        None => {
            let page = page(storage.as_ref(), &link, PageState::Asks).await?;
            return Ok(answer(StatusCode::BAD_REQUEST, &page, &random));
        }
    };
    let from_all = state == PageState::StoppedAll;
    unsubscribe(storage.as_ref(), clock.as_ref(), &link, from_all).await?;
    tracing::info!(tenant.id = %link.tenant, from_all, "a user unsubscribed by a link");
    let page = page(storage.as_ref(), &link, state).await?;
    Ok(answer(StatusCode::OK, &page, &random))
}

/// What the body asks for: one type, as mail programs do, or everything, as the page offers.
fn asked_for(body: &str) -> Option<PageState> {
    let pairs = url::form_urlencoded::parse(body.trim().as_bytes());
    for (name, value) in pairs {
        match (&*name, &*value) {
            ("scope", "all") => return Some(PageState::StoppedAll),
            ("List-Unsubscribe", "One-Click") => return Some(PageState::StoppedType),
            _ => {}
        }
    }
    // As `multipart/form-data` (RFC 8058, section 3.1): a part of that name and that text.
    let (_, part) = body.split_once("name=\"List-Unsubscribe\"")?;
    let (_, text) = part.split_once("\r\n\r\n")?;
    let is_one_click = text.lines().next()?.trim() == "One-Click";
    is_one_click.then_some(PageState::StoppedType)
}

async fn opened(
    links: &Links,
    authenticator: &Authenticator,
    parts: &Parts,
    token: &str,
) -> Result<Option<Unsubscribe>, Problem> {
    // A token that was not made here asks the database for nothing.
    let Some(link) = links.open_unsubscribe(token).await? else {
        return Ok(None);
    };
    let is_known = authenticator.admit_page(parts, &link.tenant, &link.user);
    Ok(is_known.await?.then_some(link))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_click_is_understood_in_both_encodings_and_nothing_else_is() {
        let part = "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\n";
        for (body, expected) in [
            ("List-Unsubscribe=One-Click", Some(PageState::StoppedType)),
            (
                "List-Unsubscribe=One-Click\r\n",
                Some(PageState::StoppedType),
            ),
            ("scope=all", Some(PageState::StoppedAll)),
            (
                &format!("{part}One-Click\r\n--b--\r\n"),
                Some(PageState::StoppedType),
            ),
            (&format!("{part}Two\r\n--b--\r\n"), None),
            ("", None),
            ("List-Unsubscribe=", None),
            ("scope=none", None),
        ] {
            assert_eq!(asked_for(body), expected, "{body}");
        }
    }
}
