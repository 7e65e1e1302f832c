//! Pages for people who follow a link from a mail: outside the document, without a token, without a script.

mod answer;
mod behind;
mod by_link;
mod cookie;
mod magic;
mod reactions;
mod unsubscribe;

use axum::Router;
use axum::response::Response;
use axum::routing::get;
use campanile_app::unsubscribe::invalid_page;
use campanile_domain::Random;
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
        .route("/auth/magic", get(magic::ask).post(magic::use_it))
        .route(
            "/preferences/{token}",
            get(behind::preferences).post(behind::save_preferences),
        )
        .route("/status/{token}", get(behind::status))
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
            let page = invalid_page();
            Ok(answer::answer(StatusCode::NOT_FOUND, &page, random))
        }
    }
}
