//! The installation's keys, and the check of one token against them.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use campanile_domain::{Scope, TenantId, TokenKeyPrint};
use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation, decode, decode_header};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::claims::ReceivedClaims;
use super::jwks::Jwks;
use super::pem;
use super::validate::{Demands, Identity, validate};

/// HS256 wants a key as long as its hash (RFC 7518 section 3.2).
const MIN_SECRET_BYTES: usize = 32;

/// No honest token is longer; a longer one is not worth the work of a signature check.
const MAX_TOKEN_BYTES: usize = 8 * 1024;

/// Where the key comes from; exactly one of the first three.
#[derive(Debug, Default)]
pub struct KeySettings {
    /// `JWT_SECRET`: a shared secret for HS256.
    pub jwt_secret: Option<SecretString>,
    /// `JWT_PUBLIC_KEY`: PEM text of an RSA, P-256 or Ed25519 key.
    pub jwt_public_key_pem: Option<String>,
    /// `JWT_JWKS_URL`: where an identity provider publishes its keys.
    pub jwks_url: Option<String>,
    /// `JWT_AUDIENCE`: demanded of every token if set.
    pub audience: Option<String>,
    /// `JWT_ISSUER`: demanded of every token if set.
    pub issuer: Option<String>,
    /// `JWT_MAX_LIFE`: the longest time from a token's `iat` to its `exp`; any if absent.
    pub max_life: Option<Duration>,
}

/// Settings that cannot work; the text names the variable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The secret is too short.
    #[error("JWT_SECRET must be 32 bytes or more")]
    ShortSecret,
    /// Nothing to check tokens with.
    #[error("one of JWT_SECRET, JWT_PUBLIC_KEY and JWT_JWKS_URL must be set")]
    NoKey,
    /// More than one way to check tokens.
    #[error("only one of JWT_SECRET, JWT_PUBLIC_KEY and JWT_JWKS_URL may be set")]
    Contradiction,
    /// A private key where a public one belongs.
    #[error("JWT_PUBLIC_KEY holds a private key; give the public one")]
    PrivateKey,
    /// Not a key we can use.
    #[error("JWT_PUBLIC_KEY is not a PEM public key of kind RSA, EC P-256 or Ed25519")]
    UnreadablePublicKey,
    /// Not a URL we can ask.
    #[error("JWT_JWKS_URL is not an http or https URL")]
    BadJwksUrl,
    /// The HTTP client could not be made.
    #[error("the client for JWT_JWKS_URL could not be made: {0}")]
    Client(String),
    /// Signing failed.
    #[error("the token could not be signed with JWT_SECRET")]
    CannotSign,
}

/// Why a token is refused. The public text never says more than the holder may know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Not a token, or not signed with a known key.
    #[error("the token is not valid")]
    Invalid,
    /// Genuine, with claims that do not hold.
    #[error("{0}")]
    Claim(&'static str),
    /// Genuine, with an end too far from its beginning.
    #[error("its lifetime exceeds the {most_s} s that this installation allows (JWT_MAX_LIFE)")]
    LivesTooLong {
        /// The longest life, in seconds.
        most_s: u64,
    },
    /// The keys could not be fetched, so the token cannot be verified.
    #[error("the signing keys cannot be fetched")]
    KeysUnavailable,
}

/// A public or shared key with the one algorithm it is used for.
pub(super) struct VerifyingKey {
    key: DecodingKey,
    algorithm: Algorithm,
    validation: Validation,
}

impl VerifyingKey {
    pub(super) fn new(algorithm: Algorithm, key: DecodingKey) -> Self {
        let mut validation = Validation::new(algorithm);
        // The signature only; `validate` looks at the claims, against our own clock.
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_nbf = false;
        validation.validate_aud = false;
        Self {
            key,
            algorithm,
            validation,
        }
    }

    pub(super) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    pub(super) fn verify(&self, token: &str) -> Result<ReceivedClaims, TokenError> {
        decode::<ReceivedClaims>(token, &self.key, &self.validation)
            .map(|data| data.claims)
            .map_err(|_| TokenError::Invalid)
    }
}

enum Source {
    One(Box<VerifyingKey>),
    Published(Arc<Jwks>),
}

/// Checks tokens. The algorithm is the key's; what a token says of it must agree.
pub struct Keys {
    source: Source,
    demands: Demands,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").finish_non_exhaustive()
    }
}

pub(super) fn check_secret(secret: &SecretString) -> Result<(), KeyError> {
    if secret.expose_secret().len() < MIN_SECRET_BYTES {
        return Err(KeyError::ShortSecret);
    }
    Ok(())
}

impl Keys {
    /// Takes the key that is configured. Nothing is fetched yet.
    ///
    /// # Errors
    /// [`KeyError`] names the variable that is wrong.
    pub fn new(settings: KeySettings) -> Result<Self, KeyError> {
        let source = match (
            settings.jwt_secret,
            settings.jwt_public_key_pem,
            settings.jwks_url,
        ) {
            (Some(secret), None, None) => {
                check_secret(&secret)?;
                let key = DecodingKey::from_secret(secret.expose_secret().as_bytes());
                Source::One(Box::new(VerifyingKey::new(Algorithm::HS256, key)))
            }
            (None, Some(text), None) => Source::One(Box::new(pem::parse(&text)?)),
            (None, None, Some(url)) => Source::Published(Arc::new(Jwks::new(&url)?)),
            (None, None, None) => return Err(KeyError::NoKey),
            _ => return Err(KeyError::Contradiction),
        };
        Ok(Self {
            source,
            demands: Demands {
                audience: settings.audience,
                issuer: settings.issuer,
                max_life_s: settings.max_life.map(|life| life.as_secs()),
            },
        })
    }

    /// How many keys there are to check tokens with; those behind an address are fetched now.
    ///
    /// # Errors
    /// Why they cannot be fetched or used, in one line without the address.
    pub async fn count(&self) -> Result<usize, String> {
        match &self.source {
            Source::One(_) => Ok(1),
            Source::Published(jwks) => jwks.count().await,
        }
    }

    /// Checks one token, with the keys of the installation alone.
    ///
    /// # Errors
    /// [`TokenError`]; never says which part of a forged token was wrong.
    pub async fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Identity, TokenError> {
        let header = header(token)?;
        let claims = match self.check(&header, token) {
            Checked::Verified(claims) => *claims,
            Checked::Refused => return Err(TokenError::Invalid),
            Checked::KeyUnknown => self.fetch_and_check(&header, token).await?,
        };
        self.validate(claims, now)
    }

    /// Checks a token's signature with the keys that are in memory.
    pub(super) fn check(&self, header: &Header, token: &str) -> Checked {
        let keys = match &self.source {
            Source::One(key) => return Checked::of(key.verify(token).ok()),
            Source::Published(jwks) => jwks.known_keys(header.kid.as_deref(), header.alg),
        };
        if keys.is_empty() {
            return Checked::KeyUnknown;
        }
        Checked::of(keys.iter().find_map(|key| key.verify(token).ok()))
    }

    /// Checks a token whose key was unknown again, with keys that are fetched for it if they may be.
    ///
    /// # Errors
    /// [`TokenError`].
    pub(super) async fn fetch_and_check(
        &self,
        header: &Header,
        token: &str,
    ) -> Result<ReceivedClaims, TokenError> {
        let keys = match &self.source {
            Source::One(_) => return Err(TokenError::Invalid),
            Source::Published(jwks) => jwks.fetched_keys(header.kid.as_deref(), header.alg).await?,
        };
        let mut claims = keys.iter().map(|key| key.verify(token));
        claims.find_map(Result::ok).ok_or(TokenError::Invalid)
    }

    /// What the claims of a token say that a key of the installation has verified.
    ///
    /// # Errors
    /// [`TokenError`].
    pub(super) fn validate(
        &self,
        claims: ReceivedClaims,
        now: DateTime<Utc>,
    ) -> Result<Identity, TokenError> {
        validate(claims, &self.demands, now)
    }

    /// What the claims of a token say that a key of its tenant has verified. The issuer is the tenant's own, and the
    /// token is never one of the installation's operator.
    ///
    /// # Errors
    /// [`TokenError`].
    pub(super) fn validate_of_tenant(
        &self,
        claims: ReceivedClaims,
        (tenant, print): (&TenantId, TokenKeyPrint),
        now: DateTime<Utc>,
    ) -> Result<Identity, TokenError> {
        let demands = Demands {
            issuer: None,
            ..self.demands.clone()
        };
        let identity = validate(claims, &demands, now)?;
        // It was read twice: as it was claimed, and as it was verified.
        if identity.tenant != *tenant {
            return Err(TokenError::Invalid);
        }
        Ok(Identity {
            scopes: identity.scopes.without(Scope::Platform),
            token_key: Some(print),
            ..identity
        })
    }
}

/// What the keys that are in memory say of a token.
pub(super) enum Checked {
    /// One of them has signed it.
    Verified(Box<ReceivedClaims>),
    /// None of them has.
    Refused,
    /// None of them is the one that it names; a newer one may be.
    KeyUnknown,
}

impl Checked {
    fn of(claims: Option<ReceivedClaims>) -> Self {
        claims.map_or(Self::Refused, |claims| Self::Verified(Box::new(claims)))
    }
}

/// The header of a token, if it is one that any key could verify.
///
/// # Errors
/// [`TokenError`]; never says which part of a forged token was wrong.
pub(super) fn header(token: &str) -> Result<Header, TokenError> {
    if token.len() > MAX_TOKEN_BYTES {
        return Err(TokenError::Invalid);
    }
    let header = decode_header(token).map_err(|_| TokenError::Invalid)?;
    // Extensions that must be understood are not understood here (RFC 7515 section 4.1.11).
    if header.crit.is_some() {
        return Err(TokenError::Invalid);
    }
    Ok(header)
}

/// The tenant that a token names, which no key has verified yet; `None` where no tenant could have signed it.
pub(super) fn claimed_tenant(header: &Header, token: &str) -> Option<TenantId> {
    #[derive(Deserialize)]
    struct Claim {
        tenant: String,
    }
    if !matches!(
        header.alg,
        Algorithm::RS256 | Algorithm::ES256 | Algorithm::EdDSA
    ) {
        return None;
    }
    let claims = token.split('.').nth(1)?;
    let claims = URL_SAFE_NO_PAD.decode(claims).ok()?;
    let claim: Claim = serde_json::from_slice(&claims).ok()?;
    TenantId::parse(&claim.tenant).ok()
}
