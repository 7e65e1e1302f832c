//! `/preferences/{token}` and `/status/{token}`: the pages behind links that were used.

use axum::body::{Body, to_bytes};
use axum::extract::{Path, Request, State};
use axum::response::Response;
use campanile_app::magic_links::{preferences_page, save, session_of, status_page};
use campanile_domain::LinkPurpose;
use campanile_links::MagicLink;
use http::StatusCode;
use http::request::Parts;

use super::by_link::{ByLink, Refusal};
use super::cookie;
use crate::problem::Problem;

/// Bytes of a form: 60 types with their switches have some 10,000.
const MOST_BYTES: usize = 64 * 1024;

/// Shows the user's preferences.
pub(super) async fn preferences(
    Path(token): Path<String>,
    State(by): State<ByLink>,
    request: Request,
) -> Result<Response, Refusal> {
    let (parts, _) = request.into_parts();
    let link = opened(&by, &parts, &token, LinkPurpose::SettingsView).await?;
    let (storage, now) = (by.storage.as_ref(), by.clock.now());
    let page = preferences_page(storage, &link.tenant, &link.user, None, now).await?;
    Ok(by.answer(StatusCode::OK, &page))
}

/// Saves the form of that page, and shows it again.
pub(super) async fn save_preferences(
    Path(token): Path<String>,
    State(by): State<ByLink>,
    request: Request,
) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    let link = opened(&by, &parts, &token, LinkPurpose::SettingsView).await?;
    let body = read(body).await?;
    let (storage, now) = (by.storage.as_ref(), by.clock.now());
    let note = save(storage, &link.tenant, &link.user, &body, now).await?;
    let is_saved = note == campanile_app::magic_links::Note::Saved;
    tracing::info!(tenant.id = %link.tenant, is_saved, "a user sent their preferences by a page");
    let page = preferences_page(storage, &link.tenant, &link.user, Some(note), now).await?;
    let status = match is_saved {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Ok(by.answer(status, &page))
}

/// Shows the user's recent notifications.
pub(super) async fn status(
    Path(token): Path<String>,
    State(by): State<ByLink>,
    request: Request,
) -> Result<Response, Refusal> {
    let (parts, _) = request.into_parts();
    let link = opened(&by, &parts, &token, LinkPurpose::NotificationStatus).await?;
    let (storage, now) = (by.storage.as_ref(), by.clock.now());
    let page = status_page(storage, &link.tenant, &link.user, now).await?;
    Ok(by.answer(StatusCode::OK, &page))
}

/// Whose page it is.
async fn opened(
    by: &ByLink,
    parts: &Parts,
    token: &str,
    purpose: LinkPurpose,
) -> Result<MagicLink, Refusal> {
    let Some(session) = by.links.open_session(token).await? else {
        return Err(by.not_valid(parts).await);
    };
    let link = &session.link;
    let admitted = by.authenticator.admit_page(parts, &link.tenant, &link.user);
    let is_known = admitted.await?;
    let cookies = cookie::all(&parts.headers);
    if !is_known || !session_of(&session, purpose, by.clock.as_ref(), cookies) {
        return Err(by.gone(is_known.then_some(link)).await);
    }
    Ok(session.link)
}

async fn read(body: Body) -> Result<bytes::Bytes, Problem> {
    use crate::problem::ProblemCode;
    to_bytes(body, MOST_BYTES).await.map_err(|_| {
        Problem::new(
            ProblemCode::PayloadTooLarge,
            "The form is larger than 64 KiB",
        )
    })
}
