//! What the pages of magic links share: what they need, and the answer where a link opens none.

use std::sync::Arc;

use axum::extract::FromRef;
use axum::response::{IntoResponse, Response};
use campanile_app::magic_links::{MagicLinkError, over_page};
use campanile_app::pages::Page;
use campanile_domain::{Clock, Random};
use campanile_links::{LinkError, Links, MagicLink};
use campanile_storage::{Storage, StorageError};
use http::StatusCode;
use http::request::Parts;

use super::answer::answer;
use crate::ApiState;
use crate::identity::Authenticator;
use crate::problem::Problem;

/// What every page needs.
#[derive(Clone)]
pub(super) struct ByLink {
    pub(super) links: Links,
    pub(super) storage: Arc<dyn Storage>,
    pub(super) authenticator: Authenticator,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) random: Random,
}

impl FromRef<ApiState> for ByLink {
    fn from_ref(state: &ApiState) -> Self {
        Self {
            links: FromRef::from_ref(state),
            storage: FromRef::from_ref(state),
            authenticator: FromRef::from_ref(state),
            clock: FromRef::from_ref(state),
            random: FromRef::from_ref(state),
        }
    }
}

impl ByLink {
    /// A page with the headers that guard it.
    pub(super) fn answer(&self, status: StatusCode, page: &Page) -> Response {
        answer(status, page, &self.random)
    }

    /// The answer to a link that is not valid. It is counted by address, as a token that is refused.
    pub(super) async fn not_valid(&self, parts: &Parts) -> Refusal {
        match self.authenticator.refused_link(parts) {
            Some(limited) => limited.into(),
            None => self.over(StatusCode::NOT_FOUND, None).await,
        }
    }

    /// The answer to a link that was used, or is too old.
    pub(super) async fn gone(&self, link: Option<&MagicLink>) -> Refusal {
        self.over(StatusCode::GONE, link).await
    }

    async fn over(&self, status: StatusCode, link: Option<&MagicLink>) -> Refusal {
        match over_page(self.storage.as_ref(), link).await {
            Ok(page) => Refusal(Box::new(self.answer(status, &page))),
            Err(error) => error.into(),
        }
    }
}

/// The answer where there is no page to show.
pub(super) struct Refusal(Box<Response>);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        *self.0
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self(Box::new(problem.into_response()))
    }
}

impl From<StorageError> for Refusal {
    fn from(error: StorageError) -> Self {
        Problem::from(error).into()
    }
}

impl From<LinkError> for Refusal {
    fn from(error: LinkError) -> Self {
        Problem::from(error).into()
    }
}

impl From<MagicLinkError> for Refusal {
    fn from(error: MagicLinkError) -> Self {
        Problem::from(error).into()
    }
}
