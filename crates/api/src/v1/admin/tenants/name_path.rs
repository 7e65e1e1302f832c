//! The tenant that a path names.

use axum::extract::{FromRequestParts, Path};
use campanile_domain::TenantId;
use http::request::Parts;

use super::problem::not_found;
use crate::problem::Problem;

/// A name from the path. What is no name leads nowhere, in every call alike: 404.
pub(super) struct NamePath(pub(super) TenantId);

impl<S: Send + Sync> FromRequestParts<S> for NamePath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        let Path(text) = path.map_err(|_| not_found())?;
        TenantId::parse(&text).map(Self).map_err(|_| not_found())
    }
}
