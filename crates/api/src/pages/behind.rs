//! `/preferences/{token}` and `/status/{token}`: the pages behind links that were used.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{Path, Request, State};
use axum::response::Response;
use campanile_app::magic_links::{over_page, preferences_page, save, session_of, status_page};
use campanile_domain::{Clock, LinkPurpose, Random};
use campanile_links::{Links, MagicLink};
use campanile_storage::Storage;
use http::StatusCode;
use http::request::Parts;

use super::answer::answer;
use super::cookie;
use super::magic::not_valid;
use crate::identity::Authenticator;
use crate::problem::Problem;

/// Bytes of a form: 60 types with their switches have some 10,000.
const MOST_BYTES: usize = 64 * 1024;

/// What every page needs.
#[derive(Clone)]
pub(super) struct Behind {
    links: Links,
    storage: Arc<dyn Storage>,
    authenticator: Authenticator,
    clock: Arc<dyn Clock>,
    random: Random,
}

impl axum::extract::FromRef<crate::ApiState> for Behind {
    fn from_ref(state: &crate::ApiState) -> Self {
        use axum::extract::FromRef;
        Self {
            links: FromRef::from_ref(state),
            storage: FromRef::from_ref(state),
            authenticator: FromRef::from_ref(state),
            clock: FromRef::from_ref(state),
            random: FromRef::from_ref(state),
        }
    }
}

/// Whose page it is, or the answer to who may not see it.
enum Opened {
    For(MagicLink),
    Refused(Box<Response>),
}

/// Shows the user's preferences.
pub(super) async fn preferences(
    Path(token): Path<String>,
    State(behind): State<Behind>,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, _) = request.into_parts();
    let link = match behind
        .open(&parts, &token, LinkPurpose::SettingsView)
        .await?
    {
        Opened::For(link) => link,
        Opened::Refused(answer) => return Ok(*answer),
    };
    let (storage, now) = (behind.storage.as_ref(), behind.clock.now());
    let page = preferences_page(storage, &link.tenant, &link.user, None, now).await?;
    Ok(answer(StatusCode::OK, &page, &behind.random))
}

/// Saves the form of that page, and shows it again.
pub(super) async fn save_preferences(
    Path(token): Path<String>,
    State(behind): State<Behind>,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let link = match behind
        .open(&parts, &token, LinkPurpose::SettingsView)
        .await?
    {
        Opened::For(link) => link,
        Opened::Refused(answer) => return Ok(*answer),
    };
    let body = read(body).await?;
    let (storage, now) = (behind.storage.as_ref(), behind.clock.now());
    let note = save(storage, &link.tenant, &link.user, &body, now).await?;
    let is_saved = note == campanile_app::magic_links::Note::Saved;
    tracing::info!(tenant.id = %link.tenant, is_saved, "a user sent their preferences by a page");
    let page = preferences_page(storage, &link.tenant, &link.user, Some(note), now).await?;
    let status = match is_saved {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Ok(answer(status, &page, &behind.random))
}

/// Shows the user's recent notifications.
pub(super) async fn status(
    Path(token): Path<String>,
    State(behind): State<Behind>,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, _) = request.into_parts();
    let purpose = LinkPurpose::NotificationStatus;
    let link = match behind.open(&parts, &token, purpose).await? {
        Opened::For(link) => link,
        Opened::Refused(answer) => return Ok(*answer),
    };
    let (storage, now) = (behind.storage.as_ref(), behind.clock.now());
    let page = status_page(storage, &link.tenant, &link.user, now).await?;
    Ok(answer(StatusCode::OK, &page, &behind.random))
}

impl Behind {
    async fn open(
        &self,
        parts: &Parts,
        token: &str,
        purpose: LinkPurpose,
    ) -> Result<Opened, Problem> {
        let storage = self.storage.as_ref();
        let session = self.links.open_session(token).await?;
        let Some(session) = session else {
            let refused = not_valid(storage, &self.authenticator, parts, &self.random);
            return Ok(Opened::Refused(Box::new(refused.await?)));
        };
        let link = &session.link;
        let admitted = self
            .authenticator
            .admit_page(parts, &link.tenant, &link.user);
        let is_known = admitted.await?;
        let cookies = cookie::all(&parts.headers);
        if !is_known || !session_of(&session, purpose, self.clock.as_ref(), cookies) {
            let page = over_page(storage, is_known.then_some(link)).await?;
            let refused = answer(StatusCode::GONE, &page, &self.random);
            return Ok(Opened::Refused(Box::new(refused)));
        }
        Ok(Opened::For(session.link))
    }
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
