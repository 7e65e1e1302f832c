//! What is answered where a key is not created, shown or changed.

use campanile_app::api_keys::ApiKeyError;

use crate::identity::challenge;
use crate::problem::{Problem, ProblemCode};
use crate::v1::id_path::PathId;

impl From<ApiKeyError> for Problem {
    fn from(error: ApiKeyError) -> Self {
        let detail = error.to_string();
        match error {
            ApiKeyError::TooMany { .. } => Self::new(ProblemCode::TooManyApiKeys, capital(&detail)),
            ApiKeyError::Beyond(scope) => {
                let refused = Self::new(ProblemCode::InsufficientScope, capital(&detail));
                refused.challenge(challenge(scope))
            }
            ApiKeyError::NotFound => campanile_domain::ApiKeyId::not_found(),
            ApiKeyError::Ended => Self::new(ProblemCode::ApiKeyEnded, capital(&detail)),
            ApiKeyError::Storage(error) => error.into(),
        }
    }
}

/// With a capital letter, as the details of problems begin.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
