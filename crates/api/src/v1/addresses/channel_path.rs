//! The channel that a path names.

use axum::extract::{FromRequestParts, Path};
use http::request::Parts;
use serde::Deserialize;

use crate::problem::{Problem, ProblemCode};

/// The name of a channel, the last part of the path. Whether there is an address of this channel is looked up: the channel may no
/// longer be served.
#[derive(Deserialize)]
pub(super) struct ChannelPath {
    pub(super) channel: String,
}

/// The same words for a channel that there is not and one in which the user has no address.
pub(super) fn not_found() -> Problem {
    Problem::new(ProblemCode::AddressNotFound, "Address not found")
}

impl<S: Send + Sync> FromRequestParts<S> for ChannelPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let named = Path::<Self>::from_request_parts(parts, state).await;
        named.map(|Path(named)| named).map_err(|_| not_found())
    }
}
