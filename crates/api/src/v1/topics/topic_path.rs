//! The topic that a path names.

use axum::extract::{FromRequestParts, Path};
use campanile_domain::TopicKey;
use http::request::Parts;

use crate::problem::{Problem, ProblemCode};

/// A topic's name from the path. A text that no topic can have as its name leads nowhere, in every
/// call alike: 404.
pub(super) struct TopicPath(pub(super) TopicKey);

/// The same words for a topic that is unknown and one that is another tenant's.
pub(crate) fn not_found() -> Problem {
    Problem::new(ProblemCode::TopicNotFound, "Topic not found")
}

fn impossible(why: &str) -> Problem {
    let detail = format!("Topic not found: {why}");
    Problem::new(ProblemCode::TopicNotFound, detail)
}

impl<S: Send + Sync> FromRequestParts<S> for TopicPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(text) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| impossible("the name is not UTF-8"))?;
        TopicKey::parse(&text)
            .map(Self)
            .map_err(|error| impossible(error.0))
    }
}
