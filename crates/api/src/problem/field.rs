//! Wrong values of a request become a problem.

use campanile_fields::{FieldError, FieldErrors};

use super::Problem;

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
