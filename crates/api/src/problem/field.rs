//! One wrong value of a request.

use campanile_fields::{FieldError, FieldErrors};
use utoipa::ToSchema;

use super::Problem;

/// One invalid value of a request.
///
/// Only for the OpenAPI document: [`FieldError`] is what is serialised.
#[derive(ToSchema)]
#[schema(as = ProblemField)]
#[expect(dead_code, reason = "describes JSON that another type is written as")]
pub struct WrongField {
    /// A JSON pointer into the body (`/recipients/3`), or the name of a query parameter or header;
    /// cut after 256 bytes.
    #[schema(example = "/recipients/3")]
    field: String,
    /// A stable code.
    #[schema(example = "too_long")]
    code: &'static str,
    /// One readable sentence.
    detail: String,
}

impl From<FieldErrors> for Problem {
    fn from(errors: FieldErrors) -> Self {
        Self::validation(errors)
    }
}

impl From<FieldError> for Problem {
    fn from(error: FieldError) -> Self {
        Self::validation(error.into())
    }
}
