//! Who may send a test: a service to any user of its tenant, a user to themselves.

use axum::extract::{FromRef, FromRequestParts};
use campanile_domain::{TenantId, UserId};
use http::request::Parts;

use super::authenticate::{Authenticator, Caller};
use super::extract::caller;
use super::{Scope, challenge};
use crate::problem::{Problem, ProblemCode};

/// A service (`notifications:send`) or a user (`inbox`).
pub struct Tester {
    caller: Caller,
}

impl Tester {
    /// Whose data the request is about.
    pub fn tenant(&self) -> &TenantId {
        &self.caller.tenant
    }

    /// Who asks for it.
    pub fn subject(&self) -> &UserId {
        &self.caller.identity.subject
    }

    /// The recipient of the test; `None` if a service names none.
    ///
    /// # Errors A user may not name another user.
    pub fn recipient(&self, named: Option<UserId>) -> Result<Option<UserId>, Problem> {
        let identity = &self.caller.identity;
        let own = identity.has(Scope::Inbox).then_some(&identity.subject);
        match named {
            None => Ok(own.cloned()),
            Some(user) if own == Some(&user) || identity.has(Scope::Send) => Ok(Some(user)),
            Some(_) => {
                let detail = "A user can send a test only to themselves; sending to others requires the scope \
                    notifications:send";
                let refused = Problem::new(ProblemCode::InsufficientScope, detail);
                Err(refused.challenge(challenge(Scope::Send)))
            }
        }
    }
}

impl<S> FromRequestParts<S> for Tester
where
    S: Send + Sync,
    Authenticator: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let caller = caller(parts, state, &[Scope::Send, Scope::Inbox]).await?;
        Ok(Self { caller })
    }
}
