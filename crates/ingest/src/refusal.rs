//! Why a call is not taken.

use campanile_fields::{FieldCode, FieldError};

/// Why a call is not taken. Nothing of it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The body cannot be read at all.
    Malformed(String),
    /// A value is wrong, or asks for what is not served.
    Wrong(FieldError),
    /// The signature of a webhook is missing or wrong.
    Signature(&'static str),
}

impl Refusal {
    /// A wrong value by the name that the caller's protocol gives it.
    pub(crate) fn wrong(field: &str, code: FieldCode, detail: impl Into<String>) -> Self {
        Self::Wrong(FieldError::new(format!("/{field}"), code, detail))
    }

    /// Something that the protocol has and this service does not serve.
    pub(crate) fn not_supported(field: &str, detail: &'static str) -> Self {
        Self::wrong(field, FieldCode::NotSupported, detail)
    }

    /// A body that should be a JSON object.
    pub(crate) fn no_json(error: &serde_json::Error) -> Self {
        Self::Malformed(format!("The body is not JSON: {error}"))
    }
}
