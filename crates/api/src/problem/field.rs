//! One wrong value of a request.

use campanile_intake::FieldError;
use serde::Serialize;
use utoipa::ToSchema;

use super::Problem;

/// One wrong value of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ProblemField)]
pub struct WrongField {
    /// A JSON pointer into the body (`/recipients/3`), or the name of a query parameter or header.
    #[schema(example = "/recipients/3")]
    pub field: String,
    /// A stable code.
    #[schema(example = "too_long")]
    pub code: &'static str,
    /// One readable sentence.
    pub detail: String,
}

impl WrongField {
    /// A wrong value.
    pub fn new(field: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            code,
            detail: detail.into(),
        }
    }
}

impl From<FieldError> for WrongField {
    fn from(error: FieldError) -> Self {
        Self::new(error.field, error.code, error.detail)
    }
}

impl From<Vec<FieldError>> for Problem {
    /// Readable input with wrong values; lists every one.
    fn from(errors: Vec<FieldError>) -> Self {
        Self::validation(errors.into_iter().map(WrongField::from).collect())
    }
}
