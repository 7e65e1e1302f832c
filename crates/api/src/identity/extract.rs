//! Extractors that prove a scope. A handler gets its tenant from one of them and nowhere else.

use axum::extract::{FromRef, FromRequestParts};
use campanile_domain::{Act, TenantId, UserId};
use chrono::{DateTime, Utc};
use http::header;
use http::request::Parts;

use super::Scope;
use super::authenticate::{Authenticator, Caller};
use super::throttle::refusal;
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
}

/// A caller who may see what a tenant's services do: a service (`notifications:send`) or an operator (`admin`).
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

/// The tenant's own operator (`admin`), or the installation's (`platform`) who names the tenant.
#[derive(Debug, Clone)]
pub struct Operator {
    tenant: TenantId,
    subject: UserId,
    act: Act,
}

impl Operator {
    /// Whose data the request is about.
    pub fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// Who they are: the subject of their token.
    pub fn subject(&self) -> &UserId {
        &self.subject
    }

    /// What they do by this request: who, from where, when.
    pub const fn act(&self) -> &Act {
        &self.act
    }
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
        .caller(&parts.headers, accepted)
        .await
        .map_err(|refused| {
            let has_token = parts.headers.contains_key(header::AUTHORIZATION);
            authenticator.failed().judge(parts, has_token, refused)
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
        let caller = questioner(parts, state, &[Scope::Send, Scope::Admin]).await?;
        Ok(Self {
            tenant: caller.tenant,
        })
    }
}

impl<S> FromRequestParts<S> for Operator
where
    S: Send + Sync,
    Authenticator: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let caller = questioner(parts, state, &[Scope::Admin]).await?;
        let act = Authenticator::from_ref(state).act(parts, &caller);
        Ok(Self {
            act,
            tenant: caller.tenant,
            subject: caller.identity.subject,
        })
    }
}
