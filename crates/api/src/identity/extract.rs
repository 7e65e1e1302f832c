//! Extractors that prove a scope. A handler gets its tenant from one of them and nowhere else.

use axum::extract::{FromRef, FromRequestParts};
use campanile_domain::{Act, ApiKeyId, TenantId, TokenKeyPrint, UserId};
use chrono::{DateTime, Utc};
use http::request::Parts;

use super::authenticate::{Authenticator, Caller};
use super::throttle::refusal;
use super::{Scope, credential};
use crate::layers::RequestContext;
use crate::problem::Problem;
use crate::server::Link;

/// A service that may send for its tenant (`notifications:send`).
#[derive(Debug, Clone)]
pub struct Sender {
    tenant: TenantId,
}

impl Sender {
    /// Whose data the request is about.
    pub fn tenant(&self) -> &TenantId {
        &self.tenant
    }
}

/// A user with their own inbox (`inbox`).
#[derive(Debug, Clone)]
pub struct InboxUser {
    tenant: TenantId,
    user: UserId,
    token_ends_at: DateTime<Utc>,
    api_key: Option<ApiKeyId>,
    token_key: Option<TokenKeyPrint>,
}

impl InboxUser {
    /// Whose data the request is about.
    pub fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// Whose inbox.
    pub fn user(&self) -> &UserId {
        &self.user
    }

    /// When their token ends (`exp`); for 30 s after it, it is still accepted.
    pub(crate) const fn token_ends_at(&self) -> DateTime<Utc> {
        self.token_ends_at
    }

    /// Their API key, if they have one instead of a token.
    pub(crate) const fn api_key(&self) -> Option<ApiKeyId> {
        self.api_key
    }

    /// The tenant's own key that verified their token, if one did.
    pub(crate) const fn token_key(&self) -> Option<TokenKeyPrint> {
        self.token_key
    }
}

/// A caller who may see what a tenant's services do: a service (`notifications:send`) or an operator (`admin:read`).
#[derive(Debug, Clone)]
pub struct Observer {
    tenant: TenantId,
}

impl Observer {
    /// Whose data the request is about.
    pub fn tenant(&self) -> &TenantId {
        &self.tenant
    }
}

/// Declares who may do a part of what operators do, by the scope that it takes. The scope `admin` includes each of them,
/// and `platform` has them for the tenant that it names.
macro_rules! operators {
    ($($(#[$doc:meta])* $name:ident $scope:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone)]
        pub struct $name {
            tenant: TenantId,
            home: TenantId,
            subject: UserId,
            is_platform: bool,
            act: Act,
        }

        impl $name {
            /// Whose data the request is about.
            pub fn tenant(&self) -> &TenantId {
                &self.tenant
            }

            /// The tenant of their credential, whichever the request names.
            pub fn home(&self) -> &TenantId {
                &self.home
            }

            /// Who they are: the subject of their credential.
            pub fn subject(&self) -> &UserId {
                &self.subject
            }

            /// Whether they also manage the installation (`platform`).
            pub const fn is_platform(&self) -> bool {
                self.is_platform
            }

            /// What they do by this request: who, from where, when.
            pub const fn act(&self) -> &Act {
                &self.act
            }
        }

        impl<S> FromRequestParts<S> for $name
        where
            S: Send + Sync,
            Authenticator: FromRef<S>,
        {
            type Rejection = Problem;

            async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
                let caller = questioner(parts, state, &[Scope::$scope]).await?;
                let act = Authenticator::from_ref(state).act(parts, &caller);
                Ok(Self {
                    act,
                    is_platform: caller.identity.has(Scope::Platform),
                    tenant: caller.tenant,
                    home: caller.identity.tenant,
                    subject: caller.identity.subject,
                })
            }
        }
    )*};
}

operators! {
    /// The tenant's own operator (`admin`), or the installation's (`platform`) who names the tenant.
    Operator Admin;
    /// The installation's operator (`platform`), about no tenant in particular.
    Platform Platform;
    /// Who may read what operators read (`admin:read`).
    Viewer AdminRead;
    /// Who may edit templates, types and the brand (`templates:write`).
    TemplateEditor TemplatesWrite;
    /// Who may replay and purge dead letters and resume providers (`deliveries:write`).
    Dispatcher DeliveriesWrite;
}

pub(super) async fn caller<S>(
    parts: &Parts,
    state: &S,
    accepted: &[Scope],
) -> Result<Caller, Problem>
where
    Authenticator: FromRef<S>,
{
    let authenticator = Authenticator::from_ref(state);
    let caller = authenticator
        .caller(parts, accepted)
        .await
        .map_err(|refused| {
            let has_one = credential::is_given(&parts.headers);
            authenticator.failed().judge(parts, has_one, refused)
        })?;
    admitted(parts, state, caller).await
}

/// The caller, once they are known: counted, and named in what is logged about the request.
pub(super) async fn admitted<S>(parts: &Parts, state: &S, caller: Caller) -> Result<Caller, Problem>
where
    Authenticator: FromRef<S>,
{
    let authenticator = Authenticator::from_ref(state);
    let context = parts.extensions.get::<RequestContext>();
    if let Some(context) = context {
        context.set_tenant(&caller.tenant);
    }
    if let Some(link) = parts.extensions.get::<Link>() {
        link.authenticated();
    }
    let verdict = authenticator.throttle().admit(&caller).await;
    if let (Some(context), Some(verdict)) = (context, verdict) {
        context.set_verdict(verdict);
    }
    match verdict.and_then(refusal) {
        Some(refused) => Err(refused),
        None => Ok(caller),
    }
}

/// The caller, once it is its tenant's turn, where it only asks for something.
pub(super) async fn questioner<S>(
    parts: &Parts,
    state: &S,
    accepted: &[Scope],
) -> Result<Caller, Problem>
where
    Authenticator: FromRef<S>,
{
    let caller = caller(parts, state, accepted).await?;
    if let Some(context) = parts.extensions.get::<RequestContext>()
        && parts.method.is_safe()
        && !context.has_turn()
    {
        let authenticator = Authenticator::from_ref(state);
        context.set_turn(authenticator.turns().of(&caller.tenant).await?);
    }
    Ok(caller)
}

impl<S> FromRequestParts<S> for Sender
where
    S: Send + Sync,
    Authenticator: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let caller = caller(parts, state, &[Scope::Send]).await?;
        Ok(Self {
            tenant: caller.tenant,
        })
    }
}

impl<S> FromRequestParts<S> for InboxUser
where
    S: Send + Sync,
    Authenticator: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let caller = questioner(parts, state, &[Scope::Inbox]).await?;
        Ok(Self {
            tenant: caller.tenant,
            user: caller.identity.subject,
            token_ends_at: caller.identity.ends_at,
            api_key: caller.identity.api_key,
            token_key: caller.identity.token_key,
        })
    }
}

impl<S> FromRequestParts<S> for Observer
where
    S: Send + Sync,
    Authenticator: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let caller = questioner(parts, state, &[Scope::Send, Scope::AdminRead]).await?;
        Ok(Self {
            tenant: caller.tenant,
        })
    }
}
