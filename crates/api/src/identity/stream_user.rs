//! Who opens a stream: a user with a token, or with a ticket where a browser cannot send one.

use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use campanile_domain::{ApiKeyId, TenantId, TokenKeyPrint, UserId};
use campanile_fields::{FieldCode, FieldError};
use campanile_live::Credential;
use chrono::{DateTime, Utc};
use http::header;
use http::request::Parts;
use url::form_urlencoded;

use super::authenticate::{Authenticator, Caller, bad_ticket};
use super::extract::{admitted, caller};
use super::stream_ticket::TicketOffice;
use super::validate::Identity;
use super::{AllowedOrigins, Scope, credential};
use crate::problem::Problem;

/// The query parameter of a ticket. The handler's own check of the query passes over it.
pub(crate) const TICKET: &str = "ticket";

/// What opening a stream is checked with.
#[derive(Clone)]
pub struct StreamAccess {
    pub(crate) tickets: TicketOffice,
    pub(crate) origins: AllowedOrigins,
}

/// A user who opens a stream of their own inbox: by `Authorization` (scope `inbox`), or by `?ticket=`.
#[derive(Debug, Clone)]
pub struct StreamUser {
    tenant: TenantId,
    user: UserId,
    valid_until: DateTime<Utc>,
    api_key: Option<ApiKeyId>,
    token_key: Option<TokenKeyPrint>,
    most_streams: Option<u32>,
}

impl StreamUser {
    /// Whose data the stream is about.
    pub fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// Whose inbox.
    pub fn user(&self) -> &UserId {
        &self.user
    }

    /// When the user's token ends, and with it the stream. It may have come already: a token is accepted for 30 s
    /// longer, as clocks differ.
    pub const fn valid_until(&self) -> DateTime<Utc> {
        self.valid_until
    }

    /// How many streams the tenant may have open on this server, where that was set.
    pub const fn most_streams(&self) -> Option<u32> {
        self.most_streams
    }

    /// What can end before the token does: the API key that the stream was opened with, directly or by a ticket, or the
    /// tenant's own key that verified the token. The stream ends with it.
    pub(crate) fn credential(&self, authenticator: &Authenticator) -> Option<Arc<dyn Credential>> {
        match (self.api_key, self.token_key) {
            (Some(id), _) => Some(authenticator.api_keys().credential(id)),
            (None, Some(print)) => Some(authenticator.token_key(self.tenant.clone(), print)),
            (None, None) => None,
        }
    }
}

impl<S> FromRequestParts<S> for StreamUser
where
    S: Send + Sync,
    Authenticator: FromRef<S>,
    StreamAccess: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let access = StreamAccess::from_ref(state);
        let ticket = ticket(parts.uri.query())?;
        if ticket.is_some() || parts.headers.contains_key(header::UPGRADE) {
            access.origins.check(parts)?;
        }
        let caller = match ticket {
            None => caller(parts, state, &[Scope::Inbox]).await?,
            Some(_) if credential::is_given(&parts.headers) => {
                let detail = "cannot be combined with the Authorization header";
                return Err(FieldError::new(TICKET, FieldCode::Conflict, detail).into());
            }
            Some(ticket) => by_ticket(parts, state, &access.tickets, &ticket).await?,
        };
        Ok(Self {
            tenant: caller.tenant,
            user: caller.identity.subject,
            valid_until: caller.identity.ends_at,
            api_key: caller.identity.api_key,
            token_key: caller.identity.token_key,
            most_streams: caller.limits.streams,
        })
    }
}

async fn by_ticket<S>(
    parts: &Parts,
    state: &S,
    tickets: &TicketOffice,
    ticket: &str,
) -> Result<Caller, Problem>
where
    Authenticator: FromRef<S>,
{
    let authenticator = Authenticator::from_ref(state);
    let grant = tickets.redeem(ticket).await?;
    // The tenant may have been deleted since.
    let limits = match &grant {
        Some(grant) => authenticator.may_read(&grant.tenant).await?,
        None => None,
    };
    let (Some(grant), Some(limits)) = (grant, limits) else {
        return Err(authenticator.failed().judge(parts, true, bad_ticket()));
    };
    let caller = Caller {
        tenant: grant.tenant.clone(),
        limits,
        identity: Identity::of_ticket(grant),
        scope: Scope::Inbox,
    };
    admitted(parts, state, caller).await
}

/// The one ticket of a query.
fn ticket(query: Option<&str>) -> Result<Option<String>, Problem> {
    let pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let mut tickets = pairs.filter(|(name, _)| name == TICKET);
    match (tickets.next(), tickets.next()) {
        (first, None) => Ok(first.map(|(_, ticket)| ticket.into_owned())),
        (_, Some(_)) => {
            let detail = "must be given only once";
            Err(FieldError::new(TICKET, FieldCode::Repeated, detail).into())
        }
    }
}
