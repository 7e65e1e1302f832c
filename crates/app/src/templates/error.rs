//! Why a template was not changed or shown.

use campanile_domain::PreconditionRefusal;
use campanile_fields::{FieldCode, FieldError, FieldErrors};
use campanile_storage::StorageError;

/// Why a template was not changed or shown.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// Values are wrong, or sources do not compile.
    #[error("{} values are invalid", .0.count())]
    Fields(FieldErrors),
    /// It has changed since the editor has seen it.
    #[error("{}", changed(.0))]
    PreconditionFailed(Option<u64>),
    /// It is there already, and the editor has not said which revision they have seen.
    #[error("it exists already with revision {0}; send If-Match: \"{0}\" to replace it")]
    PreconditionRequired(u64),
    /// There is no such thing.
    #[error("{0}")]
    NotFound(&'static str),
    /// There is no draft to publish.
    #[error("there is no draft of this type; save one first")]
    NoDraft,
    /// A version that was published cannot be removed.
    #[error("the version was published, so it stays; roll back to another one instead")]
    AlreadyPublished,
    /// Others change the templates all the time.
    #[error("other editors are changing these templates; try again")]
    Busy,
    /// As many templates as may be are being compiled, or one of the tenant's.
    #[error("other templates are being compiled; try again")]
    Overloaded,
    /// The database does not answer, or refuses.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl TemplateError {
    /// One wrong field.
    pub(super) fn field(field: &str, code: FieldCode, detail: impl Into<String>) -> Self {
        Self::Fields(FieldError::new(field, code, detail).into())
    }

    pub(super) fn refused(refusal: PreconditionRefusal, current: Option<u64>) -> Self {
        match (refusal, current) {
            (PreconditionRefusal::Required, Some(revision)) => Self::PreconditionRequired(revision),
            (_, current) => Self::PreconditionFailed(current),
        }
    }
}

impl From<FieldErrors> for TemplateError {
    fn from(errors: FieldErrors) -> Self {
        Self::Fields(errors)
    }
}

fn changed(current: &Option<u64>) -> String {
    match current {
        Some(revision) => format!("it has changed meanwhile: its revision is {revision}"),
        None => "it does not exist".to_owned(),
    }
}
