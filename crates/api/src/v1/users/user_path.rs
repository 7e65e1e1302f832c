//! The user that a path names.

use axum::extract::FromRequestParts;
use axum::extract::Path;
use campanile_domain::UserId;
use http::request::Parts;
use serde::Deserialize;

use crate::problem::{Problem, ProblemCode};

/// A user's id from the path, percent-decoded and checked.
///
/// A text that no user can have as their id leads nowhere, in every call alike: 404.
pub(crate) struct UserPath(pub(crate) UserId);

/// By its name: a path may name more.
#[derive(Deserialize)]
struct Named {
    user_id: String,
}

/// The same words for a user who is unknown and one who is another tenant's.
pub(crate) fn not_found() -> Problem {
    Problem::new(ProblemCode::UserNotFound, "User not found")
}

fn impossible(why: &str) -> Problem {
    Problem::new(ProblemCode::UserNotFound, format!("User not found: {why}"))
}

impl<S: Send + Sync> FromRequestParts<S> for UserPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(named) = Path::<Named>::from_request_parts(parts, state)
            .await
            .map_err(|_| impossible("the id is not UTF-8"))?;
        UserId::parse(&named.user_id)
            .map(Self)
            .map_err(|error| impossible(error.0))
    }
}
