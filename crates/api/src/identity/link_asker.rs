//! Who asks for links of users.

use axum::extract::{FromRef, FromRequestParts};
use campanile_domain::{Act, TenantId, UserId};
use http::request::Parts;

use super::Scope;
use super::authenticate::Authenticator;
use super::challenge;
use super::extract::caller;
use super::throttle::{Throttle, refusal};
use crate::problem::{Problem, ProblemCode};

/// A service (`notifications:send`), which may have links sent; or who may also have them returned (`read:notifications`,
/// `admin`).
pub struct LinkAsker {
    tenant: TenantId,
    may_have_them: bool,
    act: Act,
    throttle: Throttle,
}

impl LinkAsker {
    /// Whose users.
    pub fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// What they do by this request, if they may have links returned.
    ///
    /// # Errors
    /// That they may not.
    pub fn act(&self) -> Result<&Act, Problem> {
        if self.may_have_them {
            return Ok(&self.act);
        }
        let detail = "The token lacks the scope read:notifications or admin, which links that are returned require";
        let refused = Problem::new(ProblemCode::InsufficientScope, detail);
        Err(refused.challenge(challenge(Scope::ReadNotifications)))
    }

    /// Counts a link for this person across all callers, so that a mailbox is not filled with links.
    ///
    /// # Errors
    /// That there were too many.
    pub async fn count_for(&self, person: UserId) -> Result<(), Problem> {
        let verdict = self.throttle.admit_link(&self.tenant, person).await;
        verdict.and_then(refusal).map_or(Ok(()), Err)
    }
}

impl<S> FromRequestParts<S> for LinkAsker
where
    S: Send + Sync,
    Authenticator: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let accepted = [Scope::Send, Scope::ReadNotifications, Scope::Admin];
        let caller = caller(parts, state, &accepted).await?;
        let authenticator = Authenticator::from_ref(state);
        Ok(Self {
            act: authenticator.act(parts, &caller),
            throttle: authenticator.throttle().clone(),
            may_have_them: [Scope::ReadNotifications, Scope::Admin, Scope::Platform]
                .into_iter()
                .any(|scope| caller.identity.has(scope)),
            tenant: caller.tenant,
        })
    }
}
