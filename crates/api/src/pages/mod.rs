//! Pages for people who follow a link from a mail: outside the document, without a token, without a script.

mod answer;
mod reactions;
mod unsubscribe;

use axum::Router;
use axum::response::Response;
use axum::routing::get;
use campanile_app::unsubscribe::Page;
use campanile_domain::Random;
use campanile_links::Links;
use http::StatusCode;
use http::request::Parts;

use crate::ApiState;
use crate::identity::Authenticator;
use crate::problem::Problem;

/// The pages.
pub(crate) fn router() -> Router<ApiState> {
    Router::new()
        .route(
            "/unsubscribe/{token}",
            get(unsubscribe::ask).post(unsubscribe::stop),
        )
        .route("/open/{token}", get(reactions::open))
        .route("/click/{token}", get(reactions::click))
}

/// Whether a token names a tenant. Names that no tenant has are remembered, so guessing them asks the database for little.
async fn is_known(authenticator: &Authenticator, token: &str) -> Result<bool, Problem> {
    match Links::tenant_of(token) {
        Some(tenant) => authenticator.knows(&tenant).await,
        None => Ok(false),
    }
}

/// The answer to a link that is not valid. It is counted by address, as a token that is refused.
fn not_valid(
    authenticator: &Authenticator,
    parts: &Parts,
    random: &Random,
) -> Result<Response, Problem> {
    match authenticator.refused_link(parts) {
        Some(limited) => Err(limited),
        None => {
            let page = Page::invalid();
            Ok(answer::answer(StatusCode::NOT_FOUND, &page, random))
        }
    }
}
