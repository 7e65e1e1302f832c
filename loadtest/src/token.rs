//! Tokens that the load signs itself, as the calling services and the users' apps would have them.

use anyhow::{Context, ensure};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde::Serialize;

use crate::clock::now_us;

/// Longer than any run.
const LIFETIME_S: u64 = 24 * 60 * 60;
/// What HS256 needs, and the service demands.
const SECRET_BYTES: usize = 32;

#[derive(Serialize)]
struct Claims<'a> {
    sub: &'a str,
    tenant: &'a str,
    scope: &'a str,
    iat: u64,
    exp: u64,
}

/// Signs with the installation's shared secret.
pub(crate) struct Signer(EncodingKey);

impl Signer {
    /// Takes the JWT_SECRET of the service.
    pub(crate) fn new(secret: &str) -> anyhow::Result<Self> {
        ensure!(
            secret.len() >= SECRET_BYTES,
            "--secret: 32 bytes or more are needed"
        );
        Ok(Self(EncodingKey::from_secret(secret.as_bytes())))
    }

    /// A token for a day.
    pub(crate) fn token(&self, tenant: &str, sub: &str, scope: &str) -> anyhow::Result<String> {
        let iat = now_us() / 1_000_000;
        let claims = Claims {
            sub,
            tenant,
            scope,
            iat,
            exp: iat + LIFETIME_S,
        };
        encode(&Header::new(Algorithm::HS256), &claims, &self.0).context("cannot sign a token")
    }

    /// What a calling service has.
    pub(crate) fn service(&self, tenant: &str) -> anyhow::Result<String> {
        self.token(tenant, "loadtest", "notifications:send")
    }
}
