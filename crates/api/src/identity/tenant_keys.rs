//! A tenant's own keys, ready to verify.

use campanile_domain::{TokenKeyPrint, TokenKeys};
use jsonwebtoken::Header;
use jsonwebtoken::jwk::Jwk;
use serde_json::Value;

use super::claims::ReceivedClaims;
use super::jwks::usable;
use super::keys::VerifyingKey;

/// The keys of a set that can be used.
pub(super) struct TenantKeys(Vec<TenantKey>);

struct TenantKey {
    kid: Option<String>,
    print: TokenKeyPrint,
    key: VerifyingKey,
}

impl TenantKeys {
    /// Those of a set. The set was read when it was stored; what a later release stored is passed over.
    pub(super) fn of(keys: &TokenKeys) -> Self {
        let set = keys.to_value();
        let all = set["keys"].as_array().into_iter().flatten();
        Self(all.filter_map(TenantKey::of).collect())
    }

    /// The claims of a token that one of them has signed, and which. As in a published set, a token names its key by id
    /// and algorithm, and one without a key id is verified with the only key, if there is only one.
    pub(super) fn verify(
        &self,
        header: &Header,
        token: &str,
    ) -> Option<(ReceivedClaims, TokenKeyPrint)> {
        if header.kid.is_none() && self.0.len() > 1 {
            return None;
        }
        let named = self.0.iter().filter(|one| {
            (header.kid.is_none() || one.kid == header.kid) && one.key.algorithm() == header.alg
        });
        let mut verified = named.filter_map(|one| Some((one.key.verify(token).ok()?, one.print)));
        verified.next()
    }

    /// Whether this one is among them.
    pub(super) fn has(&self, print: TokenKeyPrint) -> bool {
        self.0.iter().any(|one| one.print == print)
    }
}

impl TenantKey {
    fn of(key: &Value) -> Option<Self> {
        let jwk: Jwk = serde_json::from_value(key.clone()).ok()?;
        Some(Self {
            kid: jwk.common.key_id.clone(),
            print: TokenKeyPrint::of(key),
            key: usable(&jwk)?,
        })
    }
}
