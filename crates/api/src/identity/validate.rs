//! From signed claims to a trusted identity.
//!
//! Checked by hand and against the injected clock: the JWT library's defaults accept tokens without
//! an audience or issuer even where one is demanded, tokens from the future, and expired ones.

use campanile_cache::StreamGrant;
use campanile_domain::{ApiKeyId, Scope, ScopeName, ScopeSet, TenantId, TokenKeyPrint, UserId};
use chrono::{DateTime, Utc};

use super::TokenError;
use super::claims::ReceivedClaims;

/// Clocks of two machines may differ by so much, in seconds: what RFC 7519 section 4.1.4 calls a small leeway.
const LEEWAY_S: f64 = 30.0;

/// The year 10000 in Unix seconds. A later end is no moment, and who signs one means for ever.
const BEYOND_ALL_TIME_S: f64 = 253_402_300_800.0;

/// What the installation demands of every token beyond a valid signature.
#[derive(Debug, Clone, Default)]
pub(super) struct Demands {
    pub(super) audience: Option<String>,
    pub(super) issuer: Option<String>,
    /// How long a token may live, in seconds; any time if absent.
    pub(super) max_life_s: Option<u64>,
}

/// A caller whose token or API key is genuine and current. Whether the tenant exists is not known yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The caller.
    pub(super) subject: UserId,
    /// The organisation the token names.
    pub(super) tenant: TenantId,
    pub(super) scopes: ScopeSet,
    /// When it ends (`exp`); clocks that differ keep it going for a moment longer.
    pub(super) ends_at: DateTime<Utc>,
    /// The API key, if it was one: unlike a token it can end earlier.
    pub(super) api_key: Option<ApiKeyId>,
    /// The tenant's own key, if one verified the token: it can end earlier, too.
    pub(super) token_key: Option<TokenKeyPrint>,
    /// When the token was made (`iat`), where it says so.
    pub(super) issued_at: Option<DateTime<Utc>>,
}

impl Identity {
    /// The user who was given a stream ticket.
    pub(super) fn of_ticket(grant: StreamGrant) -> Self {
        Self {
            subject: grant.user,
            tenant: grant.tenant,
            scopes: ScopeName::Inbox.scopes(),
            ends_at: grant.valid_until,
            api_key: grant.api_key,
            token_key: grant.token_key,
            issued_at: None,
        }
    }

    /// Whether the credential bears this scope.
    pub fn has(&self, scope: Scope) -> bool {
        self.scopes.has(scope)
    }
}

/// Checks what a signature alone does not say.
pub(super) fn validate(
    claims: ReceivedClaims,
    demands: &Demands,
    now: DateTime<Utc>,
) -> Result<Identity, TokenError> {
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds of this era fit 53 bits exactly"
    )]
    let now_s = now.timestamp_millis() as f64 / 1_000.0;
    let exp = claims.exp.ok_or(TokenError::Claim("exp is required"))?;
    if exp >= BEYOND_ALL_TIME_S {
        return Err(TokenError::Claim("exp is not a valid timestamp"));
    }
    if now_s >= exp + LEEWAY_S {
        return Err(TokenError::Claim("it has expired (exp)"));
    }
    // One that says it was made in the future comes from a broken clock or a forger's patience.
    if [claims.nbf, claims.iat]
        .into_iter()
        .flatten()
        .any(|since| since > now_s + LEEWAY_S)
    {
        return Err(TokenError::Claim("it is not valid yet (nbf)"));
    }
    // A token cannot be revoked. Without an issue time, its remaining lifetime counts.
    if let Some(most_s) = demands.max_life_s
        && exp - claims.iat.unwrap_or(now_s) > seconds(most_s) + LEEWAY_S
    {
        return Err(TokenError::LivesTooLong { most_s });
    }
    if let Some(wanted) = &demands.audience
        && !claims.aud.is_some_and(|aud| aud.contains(wanted))
    {
        return Err(TokenError::Claim(
            "its audience (aud) is not that of this installation",
        ));
    }
    if let Some(wanted) = &demands.issuer
        && claims.iss.as_ref() != Some(wanted)
    {
        return Err(TokenError::Claim(
            "its issuer (iss) is not that of this installation",
        ));
    }
    let subject = claims.sub.ok_or(TokenError::Claim("sub is required"))?;
    let tenant = claims
        .tenant
        .ok_or(TokenError::Claim("tenant is required"))?;
    let scopes = claims
        .scope
        .or(claims.scp)
        .ok_or(TokenError::Claim("scope is required"))?;
    Ok(Identity {
        subject: UserId::parse(&subject).map_err(|_| TokenError::Claim("sub is not a valid id"))?,
        tenant: TenantId::parse(&tenant)
            .map_err(|_| TokenError::Claim("tenant is not a valid name"))?,
        scopes: ScopeSet::of_words(&scopes.joined()),
        ends_at: moment(exp)?,
        api_key: None,
        token_key: None,
        issued_at: claims.iat.map(moment).transpose()?,
    })
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "it is a moment of this era"
)]
fn moment(exp: f64) -> Result<DateTime<Utc>, TokenError> {
    DateTime::from_timestamp_millis((exp * 1_000.0) as i64)
        .ok_or(TokenError::Claim("exp is not a valid timestamp"))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "seconds of a life are far below 53 bits"
)]
fn seconds(whole: u64) -> f64 {
    whole as f64
}
