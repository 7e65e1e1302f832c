//! What is answered where a tenant is not created, shown or changed.

use campanile_app::tenants::TenantError;

use crate::problem::{Problem, ProblemCode};

/// The answer to a path that no tenant can have.
pub(super) fn not_found() -> Problem {
    Problem::new(ProblemCode::TenantNotFound, "Tenant not found")
}

impl From<TenantError> for Problem {
    fn from(error: TenantError) -> Self {
        let detail = error.to_string();
        match error {
            TenantError::Exists(_) => Self::new(ProblemCode::TenantExists, detail),
            TenantError::NotFound(_) => Self::new(ProblemCode::TenantNotFound, detail),
            TenantError::BeingImported(_) => Self::new(ProblemCode::TenantBeingImported, detail),
            TenantError::Permanent => Self::new(ProblemCode::TenantPermanent, detail),
            TenantError::Storage(error) => error.into(),
        }
    }
}
