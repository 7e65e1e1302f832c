//! The account that a path names.

use axum::extract::{FromRequestParts, Path};
use campanile_domain::ProviderName;
use http::request::Parts;

use crate::problem::{Problem, ProblemCode};

/// A provider's name from the path. A text that no provider can have as its name leads nowhere, in
/// every call alike: 404.
pub(super) struct NamePath(pub(super) ProviderName);

/// The same words for a name that is unknown and one that is another tenant's.
pub(super) fn not_found() -> Problem {
    Problem::new(ProblemCode::ProviderNotFound, "Provider not found")
}

fn impossible(why: &str) -> Problem {
    let detail = format!("Provider not found: {why}");
    Problem::new(ProblemCode::ProviderNotFound, detail)
}

impl<S: Send + Sync> FromRequestParts<S> for NamePath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(text) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| impossible("the name is not UTF-8"))?;
        ProviderName::parse(&text)
            .map(Self)
            .map_err(|error| impossible(error.0))
    }
}
