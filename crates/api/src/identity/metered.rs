//! A service whose call counts as several: each part is counted like a separate call.

use axum::extract::{FromRef, FromRequestParts};
use campanile_domain::TenantId;
use http::request::Parts;

use super::Scope;
use super::authenticate::{Authenticator, Caller};
use super::extract::caller;
use super::throttle::{Throttle, refusal};
use crate::problem::Problem;

/// A service that may send for its tenant (`notifications:send`), several times in one call. The
/// first part is paid for by the call itself.
pub struct MeteredSender {
    caller: Caller,
    throttle: Throttle,
}

impl MeteredSender {
    /// Whose data the request is about.
    pub fn tenant(&self) -> &TenantId {
        &self.caller.tenant
    }

    /// Pays for another part.
    ///
    /// # Errors The answer that a separate call would have got.
    pub async fn pay_for_another(&self) -> Result<(), Problem> {
        let verdict = self.throttle.admit(&self.caller).await;
        verdict.and_then(refusal).map_or(Ok(()), Err)
    }
}

impl<S> FromRequestParts<S> for MeteredSender
where
    S: Send + Sync,
    Authenticator: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        Ok(Self {
            caller: caller(parts, state, &[Scope::Send]).await?,
            throttle: Authenticator::from_ref(state).throttle().clone(),
        })
    }
}
