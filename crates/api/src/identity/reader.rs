//! Who may read one notification: its user, and the services and operators of its tenant.

use axum::extract::{FromRef, FromRequestParts};
use campanile_domain::{TenantId, UserId};
use http::request::Parts;

use super::Scope;
use super::authenticate::Authenticator;
use super::extract::questioner;
use crate::problem::Problem;

/// A user (`inbox`), a service (`notifications:send`) or an operator (`admin:read`).
#[derive(Debug, Clone)]
pub struct Reader {
    tenant: TenantId,
    user: Option<UserId>,
}

impl Reader {
    /// Whose data the request is about.
    pub fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// The user whose notifications they may read; `None` if they may read those of the whole tenant.
    pub fn user(&self) -> Option<&UserId> {
        self.user.as_ref()
    }
}

impl<S> FromRequestParts<S> for Reader
where
    S: Send + Sync,
    Authenticator: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let accepted = [Scope::Inbox, Scope::Send, Scope::AdminRead];
        let caller = questioner(parts, state, &accepted).await?;
        let identity = caller.identity;
        let sees_all = caller.scope != Scope::Inbox
            || [Scope::Send, Scope::AdminRead]
                .map(|one| identity.has(one))
                .contains(&true);
        Ok(Self {
            tenant: caller.tenant,
            user: (!sees_all).then_some(identity.subject),
        })
    }
}
