//! Keys for checking tokens, and for making them.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use campanile_api::identity::{Claims, KeySettings, Keys, sign_hs256};
use campanile_config::Settings;
use campanile_domain::TenantId;
use chrono::Utc;
use secrecy::SecretString;

/// Keys from the settings; `own_secret` stands in where they name none.
pub(crate) fn keys(
    settings: &Settings,
    own_secret: Option<SecretString>,
) -> anyhow::Result<Arc<Keys>> {
    let jwt = &settings.jwt;
    let configured = jwt.secret.is_some() || jwt.public_key.is_some() || jwt.jwks_url.is_some();
    let keys = Keys::new(KeySettings {
        jwt_secret: jwt
            .secret
            .clone()
            .or(if configured { None } else { own_secret }),
        jwt_public_key_pem: jwt.public_key.clone(),
        jwks_url: jwt.jwks_url.as_ref().map(ToString::to_string),
        audience: jwt.audience.clone(),
        issuer: jwt.issuer.clone(),
    })?;
    Ok(Arc::new(keys))
}

/// Signs a token for the settings' audience and issuer.
pub(crate) fn token(
    settings: &Settings,
    secret: &SecretString,
    tenant: &TenantId,
    sub: &str,
    scope: &str,
    ttl: Duration,
) -> anyhow::Result<String> {
    let now = Utc::now().timestamp();
    let ttl = i64::try_from(ttl.as_secs()).context("--ttl is too long")?;
    Ok(sign_hs256(
        secret,
        &Claims {
            sub: sub.to_owned(),
            tenant: tenant.to_string(),
            scope: scope.to_owned(),
            exp: now.checked_add(ttl).context("--ttl is too long")?,
            iat: now,
            aud: settings.jwt.audience.clone(),
            iss: settings.jwt.issuer.clone(),
        },
    )?)
}
