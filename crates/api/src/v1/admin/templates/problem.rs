//! What callers see of a refusal.

use campanile_app::templates::TemplateError;

use crate::problem::{Problem, ProblemCode};

impl From<TemplateError> for Problem {
    fn from(error: TemplateError) -> Self {
        let code = match error {
            TemplateError::Fields(errors) => return errors.into(),
            TemplateError::Storage(error) => return error.into(),
            TemplateError::Busy | TemplateError::Overloaded => {
                return Self::unavailable(error.to_string());
            }
            TemplateError::NotFound(_) => ProblemCode::TemplateNotFound,
            TemplateError::PreconditionFailed(_) => ProblemCode::PreconditionFailed,
            TemplateError::PreconditionRequired(_) => ProblemCode::PreconditionRequired,
            TemplateError::NoDraft => ProblemCode::NothingToPublish,
            TemplateError::AlreadyPublished => ProblemCode::TemplatePublished,
        };
        Self::new(code, error.to_string())
    }
}
