//! A program that sends in its own protocol, with the key of an ingest address.
//!
//! Each protocol has other places for a key: the path, a header, the password of basic authentication, or a parameter.

use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts, RawPathParams};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use campanile_domain::{Clock, IngestAddress, IngestKey};
use campanile_providers::{ProviderError, ProviderService};
use campanile_storage::Storage;
use http::request::Parts;
use http::{HeaderMap, header};
use secrecy::SecretString;
use url::form_urlencoded;

use super::authenticate::Authenticator;
use super::ingest_keys::{IngestKeys, KnownIngest};
use super::throttle::refusal;
use crate::layers::RequestContext;
use crate::problem::{Problem, ProblemCode};
use crate::server::Link;

/// Where clients of Apprise name a configuration, instead of the path.
const APPRISE_CONFIG_ID: &str = "x-apprise-config-id";
const CHALLENGE: &str = r#"Basic realm="campanile""#;

/// What keys are checked with; cheap to clone.
#[derive(Clone)]
pub(crate) struct IngestAccess(Arc<IngestKeys>);

impl IngestAccess {
    /// Looks keys up in `storage`, and decrypts with `secrets`.
    pub(crate) fn new(
        storage: Arc<dyn Storage>,
        secrets: ProviderService,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self(Arc::new(IngestKeys::new(storage, secrets, clock)))
    }
}

/// A call with a key that is in use, counted against the limits.
pub(crate) struct IngestCaller(Arc<KnownIngest>);

impl IngestCaller {
    /// The address that the key belongs to. It names the tenant.
    pub(crate) fn address(&self) -> &IngestAddress {
        &self.0.address
    }

    /// The secret that signs its calls, if they must be signed.
    pub(crate) fn secret(&self) -> Result<Option<&SecretString>, Problem> {
        match &self.0.secret {
            Ok(secret) => Ok(secret.as_ref()),
            Err(ProviderError::Storage(_)) => {
                Err(Problem::unavailable("The database cannot be reached"))
            }
            Err(error) => {
                tracing::error!(%error, "the secret of an ingest address cannot be decrypted");
                Err(Problem::new(ProblemCode::NotConfigured, error.to_string()))
            }
        }
    }
}

impl<S> FromRequestParts<S> for IngestCaller
where
    S: Send + Sync,
    Authenticator: FromRef<S>,
    IngestAccess: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = RawPathParams::from_request_parts(parts, state).await.ok();
        let in_path = path.as_ref().and_then(|path| {
            let mut all = path.iter();
            all.find(|(name, _)| *name == "key")
                .map(|(_, key)| key.to_owned())
        });
        let text = in_path.or_else(|| key_of(&parts.headers, parts.uri.query()));
        let authenticator = Authenticator::from_ref(state);
        let Some(text) = text else {
            return Err(refused("The key of an ingest address is required"));
        };
        let known = match IngestKey::parse(&text) {
            Ok(key) => {
                let keys = IngestAccess::from_ref(state).0;
                match keys.find(&key).await? {
                    Some(known) => {
                        let limits = authenticator.may_send(key.tenant()).await?;
                        limits.map(|limits| (known, limits))
                    }
                    None => None,
                }
            }
            Err(_) => None,
        };
        let Some((known, limits)) = known else {
            let refused = refused("The key does not belong to an active ingest address");
            return Err(authenticator.failed().judge(parts, true, refused));
        };
        let context = parts.extensions.get::<RequestContext>();
        if let Some(context) = context {
            context.set_tenant(&known.address.tenant);
        }
        if let Some(link) = parts.extensions.get::<Link>() {
            link.authenticated();
        }
        let throttle = authenticator.throttle();
        let verdict = throttle.admit_ingest(&known.address, limits).await;
        if let (Some(context), Some(verdict)) = (context, verdict) {
            context.set_verdict(verdict);
        }
        match verdict.and_then(refusal) {
            Some(refused) => Err(refused),
            None => Ok(Self(known)),
        }
    }
}

fn refused(detail: &str) -> Problem {
    Problem::new(ProblemCode::Unauthenticated, detail).challenge(CHALLENGE)
}

/// The key among the headers, or in ntfy's parameter `auth`, which is such a header in base64.
fn key_of(headers: &HeaderMap, query: Option<&str>) -> Option<String> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(key) = text(APPRISE_CONFIG_ID) {
        return Some(key.trim().to_owned());
    }
    if let Some(key) = text(header::AUTHORIZATION.as_str()) {
        return of_authorization(key);
    }
    let mut parameters = form_urlencoded::parse(query?.as_bytes());
    let (_, auth) = parameters.find(|(name, _)| matches!(&**name, "auth" | "authorization"))?;
    let decoded = [URL_SAFE_NO_PAD, URL_SAFE, STANDARD_NO_PAD, STANDARD]
        .iter()
        .find_map(|alphabet| alphabet.decode(auth.as_bytes()).ok())?;
    of_authorization(std::str::from_utf8(&decoded).ok()?)
}

/// `Bearer <key>`, or `Basic` with the key as the password or, without one, as the name.
fn of_authorization(value: &str) -> Option<String> {
    let (scheme, value) = value.trim().split_once(' ')?;
    let value = value.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(value.to_owned());
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(value).ok()?).ok()?;
    let (name, password) = decoded.split_once(':').unwrap_or((&decoded, ""));
    let key = if password.is_empty() { name } else { password };
    Some(key.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &'static str, value: &str, query: &str) -> Option<String> {
        let mut headers = HeaderMap::new();
        if !name.is_empty() {
            headers.insert(name, value.parse().expect("a header value"));
        }
        key_of(&headers, Some(query))
    }

    #[test]
    fn each_protocol_has_its_place_for_the_key() {
        let basic = |text: &str| format!("Basic {}", STANDARD.encode(text));
        let bearer = URL_SAFE_NO_PAD.encode("Bearer tk_a_b");
        for (name, value, query) in [
            ("authorization", "Bearer tk_a_b", String::new()),
            ("authorization", &basic("me:tk_a_b"), String::new()),
            ("authorization", &basic("tk_a_b:"), String::new()),
            ("x-apprise-config-id", "tk_a_b", String::new()),
            ("", "", format!("auth={bearer}")),
            (
                "",
                "",
                format!("auth={}", URL_SAFE_NO_PAD.encode(basic(":tk_a_b"))),
            ),
        ] {
            assert_eq!(
                key(name, value, &query).as_deref(),
                Some("tk_a_b"),
                "{value}"
            );
        }
        for (name, value, query) in [
            ("", "", ""),
            ("authorization", "Digest x", ""),
            ("authorization", "Basic !", ""),
            ("", "", "auth=!"),
        ] {
            assert_eq!(key(name, value, query), None, "{value}");
        }
    }
}
