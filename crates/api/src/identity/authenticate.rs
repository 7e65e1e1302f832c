//! From a request's headers to a caller in an existing tenant.

use std::sync::Arc;

use campanile_domain::{Act, Actor, Clock, TenantId};
use campanile_storage::Storage;
use chrono::SubsecRound;
use http::request::Parts;
use http::{HeaderMap, header};

use super::known_tenants::KnownTenants;
use super::throttle::Throttle;
use super::turns::Turns;
use super::validate::Identity;
use super::{FailedTokens, Keys, Scope, TokenError, TrustedProxies};
use crate::layers::RequestContext;
use crate::problem::{Problem, ProblemCode};

/// The header in which the installation's operator names a tenant.
const X_TENANT: &str = "x-tenant";

const NO_TOKEN: &str = r#"Bearer realm="campanile""#;
const BAD_TOKEN: &str = r#"Bearer realm="campanile", error="invalid_token""#;

/// Checks callers; cheap to clone.
#[derive(Clone)]
pub struct Authenticator {
    keys: Arc<Keys>,
    tenants: Arc<KnownTenants>,
    clock: Arc<dyn Clock>,
    throttle: Throttle,
    failed: FailedTokens,
    turns: Turns,
}

/// A caller with the tenant this request is about.
pub(super) struct Caller {
    pub(super) identity: Identity,
    pub(super) tenant: TenantId,
    /// Which of the scopes that the call takes the token was let in by.
    pub(super) scope: Scope,
}

impl Authenticator {
    /// Checks tokens with `keys` and tenants in `storage`.
    pub fn new(keys: Arc<Keys>, storage: Arc<dyn Storage>, clock: Arc<dyn Clock>) -> Self {
        Self {
            keys,
            tenants: Arc::new(KnownTenants::new(storage)),
            clock,
            throttle: Throttle::default(),
            failed: FailedTokens::new(None, TrustedProxies::new(Vec::new())),
            turns: Turns::default(),
        }
    }

    /// Limits how often callers come.
    #[must_use]
    pub(crate) fn with_throttle(mut self, throttle: Throttle) -> Self {
        self.throttle = throttle;
        self
    }

    /// Limits how often addresses come with tokens that are refused.
    #[must_use]
    pub(crate) fn with_failed_tokens(mut self, failed: FailedTokens) -> Self {
        self.failed = failed;
        self
    }

    /// What a caller does by this request, for the audit log.
    pub(super) fn act(&self, parts: &Parts, caller: &Caller) -> Act {
        let context = parts.extensions.get::<RequestContext>();
        Act {
            actor: Actor::token(caller.identity.subject.as_str()),
            request_id: context.map(|context| context.id().as_str().to_owned()),
            address: self.failed.address_of(parts),
            at: self.clock.now().trunc_subsecs(6),
        }
    }

    /// Who says whose turn it is at the database.
    pub(super) fn turns(&self) -> &Turns {
        &self.turns
    }

    /// Who says whether an address has failed too often.
    pub(super) fn failed(&self) -> &FailedTokens {
        &self.failed
    }

    /// Whether there is such a tenant.
    pub(super) async fn knows(&self, tenant: &TenantId) -> Result<bool, Problem> {
        Ok(self.tenants.exists(tenant).await?)
    }

    /// Who says whether a caller has come too often.
    pub(super) fn throttle(&self) -> &Throttle {
        &self.throttle
    }

    /// The caller, if the request bears a valid token with one of these scopes; the first that it has
    /// counts. A `platform` token that names a tenant is its `admin`.
    pub(super) async fn caller(
        &self,
        headers: &HeaderMap,
        accepted: &[Scope],
    ) -> Result<Caller, Problem> {
        let token = bearer(headers)?;
        let identity = match self.keys.verify(token, self.clock.now()).await {
            Ok(identity) => identity,
            Err(TokenError::Invalid) => {
                return Err(unauthenticated("The token is not valid", BAD_TOKEN));
            }
            Err(error @ (TokenError::Claim(_) | TokenError::LivesTooLong { .. })) => {
                let detail = format!("The token was rejected: {error}");
                return Err(unauthenticated(detail, BAD_TOKEN));
            }
            Err(TokenError::KeysUnavailable) => {
                return Err(Problem::unavailable(
                    "The signing keys (JWT_JWKS_URL) cannot be fetched; retry later",
                ));
            }
        };
        let named = if identity.has(Scope::Platform) {
            named_tenant(headers)?
        } else {
            None
        };
        let is_named = named.is_some();
        let tenant = named.unwrap_or_else(|| identity.tenant.clone());
        if !self.tenants.exists(&tenant).await? {
            return Err(unknown_tenant());
        }
        let scope = granted(&identity, is_named, accepted)?;
        Ok(Caller {
            identity,
            tenant,
            scope,
        })
    }
}

/// The scope that lets a caller in.
fn granted(identity: &Identity, is_named: bool, accepted: &[Scope]) -> Result<Scope, Problem> {
    if let Some(scope) = accepted.iter().find(|scope| identity.has(**scope)) {
        return Ok(*scope);
    }
    let takes_admin = accepted.contains(&Scope::Admin);
    let detail = match (takes_admin && identity.has(Scope::Platform), is_named) {
        (true, true) => return Ok(Scope::Admin),
        (true, false) => {
            "A token with the scope platform must name the tenant in the X-Tenant header".to_owned()
        }
        (false, _) => {
            let names: Vec<_> = accepted.iter().map(|scope| scope.name()).collect();
            format!("The token lacks the scope {}", names.join(" or "))
        }
    };
    let refused = Problem::new(ProblemCode::InsufficientScope, detail);
    Err(match accepted.first() {
        Some(first) => refused.challenge(first.challenge()),
        None => refused,
    })
}

fn unauthenticated(detail: impl Into<String>, challenge: &'static str) -> Problem {
    Problem::new(ProblemCode::Unauthenticated, detail).challenge(challenge)
}

/// The answer to a stream ticket that is good for nothing.
pub(super) fn bad_ticket() -> Problem {
    unauthenticated(
        "The ticket is not valid: it is unknown, was used or has expired",
        BAD_TOKEN,
    )
}

fn unknown_tenant() -> Problem {
    unauthenticated("Unknown tenant", BAD_TOKEN)
}

/// The token of the one `Authorization: Bearer` header.
fn bearer(headers: &HeaderMap) -> Result<&str, Problem> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let value = match (all.next(), all.next()) {
        (Some(value), None) => value,
        (None, _) => return Err(unauthenticated("A bearer token is required", NO_TOKEN)),
        (Some(_), Some(_)) => {
            return Err(unauthenticated(
                "Send exactly one Authorization header",
                NO_TOKEN,
            ));
        }
    };
    value
        .to_str()
        .ok()
        .and_then(|text| text.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim_matches(' '))
        .filter(|token| !token.is_empty())
        .ok_or_else(|| unauthenticated("A bearer token is required", NO_TOKEN))
}

/// The tenant that the installation's operator names; a name that cannot be one is unknown.
fn named_tenant(headers: &HeaderMap) -> Result<Option<TenantId>, Problem> {
    let mut all = headers.get_all(X_TENANT).iter();
    match (all.next(), all.next()) {
        (None, _) => Ok(None),
        (Some(name), None) => name
            .to_str()
            .ok()
            .and_then(|name| TenantId::parse(name).ok())
            .map(Some)
            .ok_or_else(unknown_tenant),
        (Some(_), Some(_)) => Err(unknown_tenant()),
    }
}
