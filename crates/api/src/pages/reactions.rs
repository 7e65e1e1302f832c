//! `/open/{token}` and `/click/{token}`: a picture in mails, and links that lead on, if the tenant counts that.
//!
//! Where a link leads is sealed in its token, so it leads nowhere that the mail did not. HEAD answers the same and notes
//! nothing.

use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use campanile_app::reactions::ReactionBook;
use campanile_app::unsubscribe::invalid_page;
use campanile_domain::{Random, ReactionKind};
use campanile_links::{Links, MailLink};
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, StatusCode, header};

use super::answer::answer;
use super::not_valid;
use crate::identity::Authenticator;
use crate::problem::Problem;

/// A GIF of one transparent pixel.
const PIXEL: [u8; 43] =
    *b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\
    \x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";

/// Nothing may keep the answer: the next reader would not be seen. Nor may the target learn the token.
const HEADERS: [(HeaderName, &str); 4] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
];

/// The picture of a mail.
pub(super) async fn open(
    Path(token): Path<String>,
    State(links): State<Links>,
    State(book): State<ReactionBook>,
    State(authenticator): State<Authenticator>,
    State(random): State<Random>,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, _) = request.into_parts();
    let kind = ReactionKind::Open;
    let Some(link) = opened(&links, &authenticator, kind, &token).await? else {
        return not_valid(&authenticator, &parts, &random);
    };
    if book.is_expired(&link) {
        return Ok(answer(StatusCode::GONE, &invalid_page(), &random));
    }
    note(&book, kind, &link, &parts).await;
    let picture = ([(header::CONTENT_TYPE, "image/gif")], PIXEL.as_slice());
    Ok(guarded(picture.into_response()))
}

/// A link in a mail.
pub(super) async fn click(
    Path(token): Path<String>,
    State(links): State<Links>,
    State(book): State<ReactionBook>,
    State(authenticator): State<Authenticator>,
    State(random): State<Random>,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, _) = request.into_parts();
    let kind = ReactionKind::Click;
    let link = opened(&links, &authenticator, kind, &token).await?;
    let target = link.as_ref().and_then(|link| link.target.as_ref());
    // It is ASCII.
    let target = target.and_then(|target| HeaderValue::from_str(target.as_str()).ok());
    let (Some(link), Some(target)) = (link, target) else {
        return not_valid(&authenticator, &parts, &random);
    };
    if book.is_expired(&link) {
        return Ok(answer(StatusCode::GONE, &invalid_page(), &random));
    }
    note(&book, kind, &link, &parts).await;
    let led_on = (StatusCode::FOUND, [(header::LOCATION, target)]);
    Ok(guarded(led_on.into_response()))
}

async fn note(book: &ReactionBook, kind: ReactionKind, link: &MailLink, parts: &Parts) {
    if parts.method != Method::HEAD {
        let user_agent = parts.headers.get(header::USER_AGENT);
        let user_agent = user_agent.and_then(|value| value.to_str().ok());
        book.opened(kind, link, user_agent).await;
    }
}

fn guarded(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

async fn opened(
    links: &Links,
    authenticator: &Authenticator,
    kind: ReactionKind,
    token: &str,
) -> Result<Option<MailLink>, Problem> {
    // A token that was not made here asks the database for nothing.
    let Some(link) = links.open_of_mail(kind, token).await? else {
        return Ok(None);
    };
    let is_known = authenticator.knows(&link.tenant).await?;
    Ok(is_known.then_some(link))
}
