//! From a request's headers to a caller in an existing tenant.

use std::sync::Arc;

use campanile_domain::{Clock, TenantId};
use campanile_storage::Storage;
use http::{HeaderMap, header};

use super::known_tenants::KnownTenants;
use super::throttle::Throttle;
use super::validate::Identity;
use super::{Keys, Scope, TokenError};
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
}

/// A caller with the tenant this request is about.
pub(super) struct Caller {
    pub(super) identity: Identity,
    pub(super) tenant: TenantId,
}

impl Authenticator {
    /// Checks tokens with `keys` and tenants in `storage`.
    pub fn new(keys: Arc<Keys>, storage: Arc<dyn Storage>, clock: Arc<dyn Clock>) -> Self {
        Self {
            keys,
            tenants: Arc::new(KnownTenants::new(storage)),
            clock,
            throttle: Throttle::default(),
        }
    }

    /// Limits how often callers come.
    #[must_use]
    pub(crate) fn with_throttle(mut self, throttle: Throttle) -> Self {
        self.throttle = throttle;
        self
    }

    /// Who says whether a caller has come too often.
    pub(super) fn throttle(&self) -> &Throttle {
        &self.throttle
    }

    /// The caller, if the request bears a valid token with this scope.
    pub(super) async fn caller(
        &self,
        headers: &HeaderMap,
        scope: Scope,
    ) -> Result<Caller, Problem> {
        let token = bearer(headers)?;
        let identity = match self.keys.verify(token, self.clock.now()).await {
            Ok(identity) => identity,
            Err(TokenError::Invalid) => {
                return Err(unauthenticated("The token is not valid", BAD_TOKEN));
            }
            Err(TokenError::Claim(reason)) => {
                let detail = format!("The token is refused: {reason}");
                return Err(unauthenticated(detail, BAD_TOKEN));
            }
            Err(TokenError::KeysUnavailable) => {
                return Err(Problem::unavailable("The signing keys cannot be fetched"));
            }
        };
        let tenant = if identity.has(Scope::Platform) {
            named_tenant(headers)?.unwrap_or_else(|| identity.tenant.clone())
        } else {
            identity.tenant.clone()
        };
        if !self.tenants.exists(&tenant).await? {
            return Err(unknown_tenant());
        }
        if !identity.has(scope) {
            let detail = format!("The token lacks the scope {}", scope.name());
            return Err(
                Problem::new(ProblemCode::InsufficientScope, detail).challenge(scope.challenge())
            );
        }
        Ok(Caller { identity, tenant })
    }
}

fn unauthenticated(detail: impl Into<String>, challenge: &'static str) -> Problem {
    Problem::new(ProblemCode::Unauthenticated, detail).challenge(challenge)
}

fn unknown_tenant() -> Problem {
    unauthenticated("The tenant is not known", BAD_TOKEN)
}

/// The token of the one `Authorization: Bearer` header.
fn bearer(headers: &HeaderMap) -> Result<&str, Problem> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let value = match (all.next(), all.next()) {
        (Some(value), None) => value,
        (None, _) => return Err(unauthenticated("A bearer token is required", NO_TOKEN)),
        (Some(_), Some(_)) => {
            return Err(unauthenticated(
                "More than one Authorization header",
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
