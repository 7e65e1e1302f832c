//! Pages for people who follow a link from a mail: outside the document, without a token, without a script.

mod answer;
mod unsubscribe;

use axum::Router;
use axum::routing::get;

use crate::ApiState;

/// The pages.
pub(crate) fn router() -> Router<ApiState> {
    Router::new().route(
        "/unsubscribe/{token}",
        get(unsubscribe::ask).post(unsubscribe::stop),
    )
}
