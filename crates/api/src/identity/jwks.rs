//! Keys that an identity provider publishes: fetched when needed, kept when it is down.
//!
//! An unknown key id asks for the list again, but at most every [`PAUSE`], so that forged key ids
//! cannot be turned into a flood against the provider. A list older than [`MAX_AGE`] is renewed
//! beside the request that noticed, so that a withdrawn key stops working soon.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use campanile_telemetry::Outage;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::keys::VerifyingKey;
use super::{KeyError, TokenError};

/// Two questions to the provider are at least so far apart.
const PAUSE: Duration = Duration::from_secs(30);
/// A list is renewed after so long even if every key id is known.
const MAX_AGE: Duration = Duration::from_secs(600);
/// The provider answers within so long or counts as down.
const TIMEOUT: Duration = Duration::from_secs(5);
/// Real lists have a few kilobytes.
const MAX_LIST_BYTES: usize = 256 * 1024;
/// Real lists have two or three keys.
const MAX_KEYS: usize = 64;

/// Key ids with their keys. An id alone does not choose: keys of several kinds may share one (RFC 7517
/// section 4.5).
type KeySet = Vec<(Option<String>, Arc<VerifyingKey>)>;

/// The published keys.
pub(super) struct Jwks {
    url: reqwest::Url,
    client: reqwest::Client,
    known: RwLock<Option<(Arc<KeySet>, Instant)>>,
    /// When the provider was last asked; held while asking, so that one question serves all.
    last_asked: Mutex<Option<Instant>>,
    outage: Outage,
}

impl Jwks {
    pub(super) fn new(url: &str) -> Result<Self, KeyError> {
        let url = reqwest::Url::parse(url).map_err(|_| KeyError::BadJwksUrl)?;
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return Err(KeyError::BadJwksUrl);
        }
        let client = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| KeyError::Client(error.to_string()))?;
        Ok(Self {
            url,
            client,
            known: RwLock::new(None),
            last_asked: Mutex::new(None),
            outage: Outage::of(
                "fetching the signing keys (JWT_JWKS_URL)",
                "the keys fetched before stay in use",
            ),
        })
    }

    /// The keys that a token names by id and algorithm, usually one, of those that were fetched before. A token without a
    /// key id gets the only key, if there is only one.
    pub(super) fn known_keys(
        self: &Arc<Self>,
        kid: Option<&str>,
        algorithm: Algorithm,
    ) -> Vec<Arc<VerifyingKey>> {
        let Some((set, fetched_at)) = self.known() else {
            return Vec::new();
        };
        let keys = pick(&set, kid, algorithm);
        if !keys.is_empty() && fetched_at.elapsed() > MAX_AGE && self.may_ask() {
            let jwks = Arc::clone(self);
            tokio::spawn(async move { jwks.refresh(Some(fetched_at)).await });
        }
        keys
    }

    /// The same after the list was fetched again, where that may be.
    pub(super) async fn fetched_keys(
        &self,
        kid: Option<&str>,
        algorithm: Algorithm,
    ) -> Result<Vec<Arc<VerifyingKey>>, TokenError> {
        self.refresh(self.known().map(|(_, fetched_at)| fetched_at))
            .await;
        let (set, _) = self.known().ok_or(TokenError::KeysUnavailable)?;
        Ok(pick(&set, kid, algorithm))
    }

    /// Whether no fetch is in progress or has just ended; keeps renewals from piling up.
    fn may_ask(&self) -> bool {
        self.last_asked
            .try_lock()
            .is_ok_and(|asked| asked.is_none_or(|at| at.elapsed() >= PAUSE))
    }

    fn known(&self) -> Option<(Arc<KeySet>, Instant)> {
        self.known
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Fetches again, unless another task has since `seen`, or just now.
    async fn refresh(&self, seen: Option<Instant>) {
        let mut last_asked = self.last_asked.lock().await;
        let newer = self.known().map(|(_, at)| at) > seen;
        if newer || last_asked.is_some_and(|at| at.elapsed() < PAUSE) {
            return;
        }
        *last_asked = Some(Instant::now());
        match self.fetch().await {
            Ok(set) => {
                self.outage.worked();
                tracing::info!(keys = set.len(), "fetched the signing keys");
                *self.known.write().unwrap_or_else(PoisonError::into_inner) =
                    Some((Arc::new(set), Instant::now()));
            }
            // The address may hold credentials; the error is shown without it.
            Err(error) => self.outage.failed(&error),
        }
    }

    /// Asks now, whenever it was asked before; says how many keys can be used.
    pub(super) async fn count(&self) -> Result<usize, String> {
        self.fetch().await.map(|set| set.len())
    }

    async fn fetch(&self) -> Result<KeySet, String> {
        let plain = |error: reqwest::Error| with_causes(&error.without_url());
        let mut response = self
            .client
            .get(self.url.clone())
            .send()
            .await
            .and_then(reqwest::Response::error_for_status)
            .map_err(plain)?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(plain)? {
            if body.len() + chunk.len() > MAX_LIST_BYTES {
                return Err(format!("the key set is longer than {MAX_LIST_BYTES} bytes"));
            }
            body.extend_from_slice(&chunk);
        }
        parse(&body)
    }
}

fn pick(set: &KeySet, kid: Option<&str>, algorithm: Algorithm) -> Vec<Arc<VerifyingKey>> {
    if kid.is_none() && set.len() > 1 {
        return Vec::new();
    }
    set.iter()
        .filter(|(id, key)| (kid.is_none() || id.as_deref() == kid) && key.algorithm() == algorithm)
        .map(|(_, key)| Arc::clone(key))
        .collect()
}

/// The client's own text is "error sending request"; the causes say why.
fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(one) = cause {
        let one_text = one.to_string();
        if !text.ends_with(&one_text) {
            text = format!("{text}: {one_text}");
        }
        cause = one.source();
    }
    text
}

/// Reads a list; keys of kinds we do not use are left out, they may serve others.
fn parse(body: &[u8]) -> Result<KeySet, String> {
    #[derive(serde::Deserialize)]
    struct List {
        keys: Vec<serde_json::Value>,
    }
    // The parser's own message may repeat what stands there.
    let list: List = serde_json::from_slice(body).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        format!("not a JWK set (line {line}, column {column})")
    })?;
    let set: KeySet = list
        .keys
        .into_iter()
        .filter_map(|value| serde_json::from_value::<Jwk>(value).ok())
        .filter_map(|jwk| Some((jwk.common.key_id.clone(), Arc::new(usable(&jwk)?))))
        .take(MAX_KEYS)
        .collect();
    if set.is_empty() {
        return Err("the key set has no key for RS256, ES256 or EdDSA".into());
    }
    Ok(set)
}

/// The key, if it is for tokens.
pub(super) fn usable(jwk: &Jwk) -> Option<VerifyingKey> {
    let (algorithm, name) = match &jwk.algorithm {
        AlgorithmParameters::RSA(_) => (Algorithm::RS256, KeyAlgorithm::RS256),
        AlgorithmParameters::EllipticCurve(ec) if ec.curve == EllipticCurve::P256 => {
            (Algorithm::ES256, KeyAlgorithm::ES256)
        }
        AlgorithmParameters::OctetKeyPair(okp) if okp.curve == EllipticCurve::Ed25519 => {
            (Algorithm::EdDSA, KeyAlgorithm::EdDSA)
        }
        _ => return None,
    };
    let for_this = jwk.common.key_algorithm.is_none_or(|named| named == name);
    let for_signatures = !matches!(
        jwk.common.public_key_use,
        Some(PublicKeyUse::Encryption | PublicKeyUse::Other(_))
    );
    if !for_this || !for_signatures {
        return None;
    }
    let key = DecodingKey::from_jwk(jwk).ok()?;
    Some(VerifyingKey::new(algorithm, key))
}
