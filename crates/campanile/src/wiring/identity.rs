//! Keys for checking tokens, and for making them.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, ensure};
use campanile_api::identity::{
    AllowedOrigins, Claims, FailedTokens, KeySettings, Keys, TenantTurns, TrustedProxies,
    sign_hs256,
};
use campanile_config::Settings;
use campanile_domain::{Clock, TenantId};
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
        max_life: Some(jwt.max_life),
    })?;
    Ok(Arc::new(keys))
}

/// How many reads of one tenant run at a time: fewer than there are connections to a server.
pub(crate) fn turns(settings: &Settings) -> TenantTurns {
    let database = &settings.database;
    if database.is_server() {
        TenantTurns::of_pool(database.max_connections)
    } else {
        TenantTurns::default()
    }
}

/// Counts refused tokens as the settings say.
pub(crate) fn failed_tokens(settings: &Settings) -> FailedTokens {
    let proxies = TrustedProxies::new(settings.http.trusted_proxies.clone());
    FailedTokens::new(settings.limits.failed_auth, proxies)
}

/// The web pages that may use the API.
pub(crate) fn origins(settings: &Settings) -> AllowedOrigins {
    AllowedOrigins::new(settings.http.cors_origins.iter().cloned())
}

/// Signs a token for the settings' audience and issuer.
pub(crate) fn token(
    settings: &Settings,
    clock: &dyn Clock,
    secret: &SecretString,
    tenant: &TenantId,
    sub: &str,
    scope: &str,
    ttl: Duration,
) -> anyhow::Result<String> {
    let longest = settings.jwt.max_life;
    ensure!(
        ttl <= longest,
        "--ttl exceeds the maximum lifetime of tokens, {} (JWT_MAX_LIFE)",
        humantime::format_duration(longest)
    );
    let now = clock.now().timestamp();
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
