//! The fan-out that a path names.

use axum::extract::{FromRequestParts, Path};
use campanile_domain::FanoutId;
use http::request::Parts;
use uuid::Uuid;

use crate::problem::{Problem, ProblemCode};

/// A fan-out's id from the path. What is no id leads nowhere, in every call alike: 404.
pub(super) struct FanoutPath(pub(super) FanoutId);

/// The same words for an id that is malformed, unknown or another tenant's.
pub(super) fn not_found() -> Problem {
    Problem::new(ProblemCode::FanoutNotFound, "Fan-out not found")
}

impl<S: Send + Sync> FromRequestParts<S> for FanoutPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        let Path(text) = path.map_err(|_| not_found())?;
        let id = Uuid::try_parse(&text).map_err(|_| not_found())?;
        Ok(Self(FanoutId(id)))
    }
}
