//! From a request's headers to a caller in an existing tenant.

use std::sync::Arc;

use campanile_cache::Bus;
use campanile_domain::{
    Act, Actor, ActorKind, ApiKeyState, Clock, TenantId, TenantLimits, TokenKeyPrint, UserId,
};
use campanile_live::Credential as LiveCredential;
use campanile_storage::Storage;
use chrono::{SubsecRound, TimeDelta};
use http::HeaderMap;
use http::request::Parts;

use super::api_keys::{ApiKeyRing, KeyRefused};
use super::credential::{Credential, credential};
use super::keys::{Checked, claimed_tenant, header};
use super::known_tenants::{KnownTenant, KnownTenants, Standing};
use super::throttle::{Throttle, refusal};
use super::turns::TenantTurns;
use super::validate::Identity;
use super::{FailedTokens, Keys, Scope, TokenError, TrustedProxies, challenge};
use crate::layers::RequestContext;
use crate::problem::{Problem, ProblemCode};
use crate::server::Link;

/// The header in which the installation's operator names a tenant.
const X_TENANT: &str = "x-tenant";

/// A token may have been made so long before its tenant. The removal of a tenant takes a quarter of an hour, so none of the
/// earlier one's is as young as that.
const EARLIEST: TimeDelta = TimeDelta::minutes(5);

const BAD_TOKEN: &str = r#"Bearer realm="campanile", error="invalid_token""#;

/// A request that no network brought: a command made it in its own process, under this account of the operating system. Only
/// code can put it among the extensions of a request.
#[derive(Debug, Clone)]
pub struct AtCommandLine(pub String);

/// Checks callers; cheap to clone.
#[derive(Clone)]
pub struct Authenticator {
    keys: Arc<Keys>,
    api_keys: ApiKeyRing,
    tenants: KnownTenants,
    clock: Arc<dyn Clock>,
    throttle: Throttle,
    failed: FailedTokens,
    turns: TenantTurns,
}

/// A caller with the tenant this request is about.
pub(super) struct Caller {
    pub(super) identity: Identity,
    pub(super) tenant: TenantId,
    /// How much that tenant may take.
    pub(super) limits: TenantLimits,
    /// Which of the scopes that the call takes the token was let in by.
    pub(super) scope: Scope,
}

impl Authenticator {
    /// Checks tokens with `keys` and those of tenants, API keys and tenants in `storage`. Must be called inside a Tokio runtime.
    pub fn new(keys: Arc<Keys>, storage: Arc<dyn Storage>, clock: Arc<dyn Clock>) -> Self {
        Self {
            keys,
            api_keys: ApiKeyRing::start(Arc::clone(&storage), Arc::clone(&clock)),
            tenants: KnownTenants::new(storage),
            clock,
            throttle: Throttle::default(),
            failed: FailedTokens::new(None, TrustedProxies::new(Vec::new())),
            turns: TenantTurns::default(),
        }
    }

    /// Forgets what it knows of API keys and tenants when the bus says that one has changed.
    #[must_use]
    pub(crate) fn voided_by(self, bus: &dyn Bus) -> Self {
        self.api_keys.voided_by(bus);
        self.tenants.voided_by(bus);
        self
    }

    /// Who checks API keys.
    pub(crate) fn api_keys(&self) -> &ApiKeyRing {
        &self.api_keys
    }

    /// Limits how often callers come.
    #[must_use]
    pub(crate) fn with_throttle(mut self, throttle: Throttle) -> Self {
        self.throttle = throttle;
        self
    }

    /// Limits how many reads of one tenant run at a time.
    #[must_use]
    pub(crate) fn with_turns(mut self, turns: TenantTurns) -> Self {
        self.turns = turns;
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
        let at_command_line = parts.extensions.get::<AtCommandLine>();
        Act {
            actor: match at_command_line {
                Some(AtCommandLine(account)) => Actor::command_line(account),
                None => actor(&caller.identity),
            },
            request_id: context.map(|context| context.id().as_str().to_owned()),
            address: self.failed.address_of(parts),
            at: self.clock.now().trunc_subsecs(6),
        }
    }

    /// Whether there is such a tenant, suspended or not.
    pub(crate) async fn knows(&self, tenant: &TenantId) -> Result<bool, Problem> {
        Ok(self.may_read(tenant).await?.is_some())
    }

    /// Counts a page that a user opens by a link; an error where there are too many, `false` where the tenant is gone.
    pub(crate) async fn admit_page(
        &self,
        parts: &Parts,
        tenant: &TenantId,
        user: &UserId,
    ) -> Result<bool, Problem> {
        let Some(limits) = self.may_read(tenant).await? else {
            return Ok(false);
        };
        let context = parts.extensions.get::<RequestContext>();
        if let Some(context) = context {
            context.set_tenant(tenant);
        }
        if let Some(link) = parts.extensions.get::<Link>() {
            link.authenticated();
        }
        let verdict = self.throttle.admit_page(tenant, user, limits).await;
        if let (Some(context), Some(verdict)) = (context, verdict) {
            context.set_verdict(verdict);
        }
        verdict.and_then(refusal).map_or(Ok(true), Err)
    }

    /// Counts a link that is not valid, as a token that is refused; the answer where its address has come too often.
    pub(crate) fn refused_link(&self, parts: &Parts) -> Option<Problem> {
        let refused = unauthenticated("The link is not valid", BAD_TOKEN);
        let judged = self.failed.judge(parts, true, refused);
        (judged.code() == ProblemCode::RateLimited).then_some(judged)
    }

    /// Who says whose turn it is at the database.
    pub(super) fn turns(&self) -> &TenantTurns {
        &self.turns
    }

    /// Who says whether an address has failed too often.
    pub(super) fn failed(&self) -> &FailedTokens {
        &self.failed
    }

    /// How much a tenant may send, if there is such a tenant; an error if it may not.
    pub(super) async fn may_send(
        &self,
        tenant: &TenantId,
    ) -> Result<Option<TenantLimits>, Problem> {
        let known = self.tenants.known(tenant).await?;
        match known.standing {
            Standing::Active => Ok(Some(known.limits)),
            Standing::Suspended => Err(suspended()),
            Standing::Unknown => Ok(None),
        }
    }

    /// How much a tenant may read, if there is such a tenant.
    pub(super) async fn may_read(
        &self,
        tenant: &TenantId,
    ) -> Result<Option<TenantLimits>, Problem> {
        let known = self.tenants.known(tenant).await?;
        Ok((known.standing != Standing::Unknown).then_some(known.limits))
    }

    /// Who says whether a caller has come too often.
    pub(super) fn throttle(&self) -> &Throttle {
        &self.throttle
    }

    /// What tells a stream whether its tenant still has the key that verified its token.
    pub(super) fn token_key(
        &self,
        tenant: TenantId,
        print: TokenKeyPrint,
    ) -> Arc<dyn LiveCredential> {
        self.tenants.credential(tenant, print)
    }

    /// Whom a token names. Keys of the installation come first; of these, one that is not in memory comes after the keys of
    /// the tenant, so that tenants' tokens do not have it fetched.
    async fn of_token(&self, token: &str, parts: &Parts) -> Result<Identity, Problem> {
        let (now, header) = (self.clock.now(), header(token)?);
        let checked = match self.keys.check(&header, token) {
            Checked::Verified(claims) => return Ok(self.keys.validate(*claims, now)?),
            checked => checked,
        };
        let claimed = claimed_tenant(&header, token);
        let of_tenant = match &claimed {
            Some(tenant) => {
                let known = self
                    .tenants
                    .claimed(tenant, || self.failed.address_of(parts));
                known.await.map(|known| known.keys)
            }
            None => Ok(None),
        };
        if let (Some(tenant), Ok(Some(keys))) = (&claimed, &of_tenant)
            && let Some((claims, print)) = keys.verify(&header, token)
        {
            return Ok(self.keys.validate_of_tenant(claims, (tenant, print), now)?);
        }
        let refused = match checked {
            Checked::KeyUnknown => match self.keys.fetch_and_check(&header, token).await {
                Ok(claims) => return Ok(self.keys.validate(claims, now)?),
                Err(refused) => refused,
            },
            _ => TokenError::Invalid,
        };
        // Where the tenant's keys are not known now, it may be valid.
        of_tenant.and(Err(refused.into()))
    }

    /// The caller, if the request bears a valid token or API key with one of these scopes; the first that it has
    /// counts. A `platform` token that names a tenant is its `admin`.
    pub(super) async fn caller(
        &self,
        parts: &Parts,
        accepted: &[Scope],
    ) -> Result<Caller, Problem> {
        let headers = &parts.headers;
        let identity = match credential(headers)? {
            Credential::Token(token) => self.of_token(token, parts).await?,
            Credential::ApiKey(key) => {
                let address = || self.failed.address_of(parts);
                let now = self.clock.now();
                self.api_keys.identify(key, now, address).await?
            }
        };
        let named = if identity.has(Scope::Platform) {
            named_tenant(headers)?
        } else {
            None
        };
        let is_named = named.is_some();
        let tenant = named.unwrap_or_else(|| identity.tenant.clone());
        let known = self.tenants.known(&tenant).await?;
        let (standing, limits) = (known.standing, known.limits);
        if standing == Standing::Unknown {
            return Err(unknown_tenant());
        }
        if !is_named && is_of_an_earlier_tenant(&identity, &known) {
            let detail =
                "The token was rejected: it was issued (iat) before the tenant was created";
            return Err(unauthenticated(detail, BAD_TOKEN));
        }
        let scope = granted(&identity, is_named, accepted)?;
        // Reading stays possible, and the installation's operator is not held up.
        let changes = !parts.method.is_safe() && !identity.has(Scope::Platform);
        if standing == Standing::Suspended && changes {
            return Err(suspended());
        }
        Ok(Caller {
            identity,
            tenant,
            limits,
            scope,
        })
    }
}

/// Whether a token is one of a deleted tenant whose name another one has now.
fn is_of_an_earlier_tenant(identity: &Identity, known: &KnownTenant) -> bool {
    match (identity.issued_at, known.created_at) {
        (Some(issued), Some(created)) => issued + EARLIEST < created,
        _ => false,
    }
}

fn suspended() -> Problem {
    Problem::new(
        ProblemCode::TenantSuspended,
        "The tenant is suspended: it can read, but it cannot send or change anything",
    )
}

/// How the audit log names a caller.
fn actor(identity: &Identity) -> Actor {
    let token = Actor::token(identity.subject.as_str());
    match (identity.api_key, identity.token_key) {
        (None, None) => token,
        // A tenant chooses the names in the tokens that its own keys verify.
        (None, Some(print)) => Actor {
            key_id: Some(format!("token_key:{print}")),
            ..token
        },
        (Some(id), _) => Actor {
            kind: ActorKind::ApiKey,
            key_id: Some(id.to_string()),
            ..token
        },
    }
}

/// The scope that lets a caller in.
fn granted(identity: &Identity, is_named: bool, accepted: &[Scope]) -> Result<Scope, Problem> {
    if let Some(scope) = accepted.iter().find(|scope| identity.has(**scope)) {
        return Ok(*scope);
    }
    let takes_admin = accepted.iter().find(|scope| scope.is_operators());
    let as_admin = takes_admin.filter(|_| identity.has(Scope::Platform));
    let detail = match (as_admin, is_named) {
        (Some(scope), true) => return Ok(*scope),
        (Some(_), false) => {
            "A token with the scope platform must name the tenant in the X-Tenant header".to_owned()
        }
        (None, _) => {
            let names: Vec<_> = accepted.iter().map(|scope| scope.name()).collect();
            format!("The token lacks the scope {}", names.join(" or "))
        }
    };
    let refused = Problem::new(ProblemCode::InsufficientScope, detail);
    Err(match accepted.first() {
        Some(first) => refused.challenge(challenge(*first)),
        None => refused,
    })
}

pub(super) fn unauthenticated(detail: impl Into<String>, challenge: &'static str) -> Problem {
    Problem::new(ProblemCode::Unauthenticated, detail).challenge(challenge)
}

impl From<TokenError> for Problem {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Invalid => unauthenticated("The token is not valid", BAD_TOKEN),
            TokenError::Claim(_) | TokenError::LivesTooLong { .. } => {
                unauthenticated(format!("The token was rejected: {error}"), BAD_TOKEN)
            }
            TokenError::KeysUnavailable => {
                Self::unavailable("The signing keys (JWT_JWKS_URL) cannot be fetched; retry later")
            }
        }
    }
}

impl From<KeyRefused> for Problem {
    fn from(refused: KeyRefused) -> Self {
        match refused {
            KeyRefused::Malformed(why) => {
                unauthenticated(format!("The API key is not valid: {why}"), BAD_TOKEN)
            }
            KeyRefused::Unknown => unauthenticated("The API key is not valid", BAD_TOKEN),
            KeyRefused::Ended(ApiKeyState::Revoked) => {
                unauthenticated("The API key was rejected: it was revoked", BAD_TOKEN)
            }
            KeyRefused::Ended(ApiKeyState::Expired | ApiKeyState::Active) => {
                unauthenticated("The API key was rejected: it has expired", BAD_TOKEN)
            }
            KeyRefused::Address => Self::new(
                ProblemCode::AddressNotAllowed,
                "The API key may not be used from this address",
            ),
            KeyRefused::Unavailable(problem) => problem,
        }
    }
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
