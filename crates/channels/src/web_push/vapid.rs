//! How a server names itself to push services (RFC 8292): a token signed with the key that browsers subscribed to.

use std::fmt;

use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use aws_lc_rs::encoding::{AsBigEndian, EcPrivateKeyBin};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use url::Url;

/// A push service takes no token that lives longer than a day.
const LIFE: TimeDelta = TimeDelta::hours(12);

/// The key of an account.
pub(super) struct VapidKey {
    pair: EcdsaKeyPair,
    /// In base64url, as browsers take it (`applicationServerKey`).
    public: String,
}

impl VapidKey {
    /// Reads a private key: 32 bytes in base64url.
    pub(super) fn parse(text: &SecretString) -> Result<Self, &'static str> {
        let text = text.expose_secret().trim().trim_end_matches('=');
        let bytes = URL_SAFE_NO_PAD.decode(text);
        let bytes = bytes.map_err(|_| "is not base64url")?;
        if bytes.len() != 32 {
            return Err("must be 32 bytes in base64url, such as other servers of Web Push print");
        }
        const WRONG: &str = "is not a private key of P-256";
        let key = PrivateKey::from_private_key(&ECDH_P256, &bytes).map_err(|_| WRONG)?;
        let public = key.compute_public_key().map_err(|_| WRONG)?;
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let pair =
            EcdsaKeyPair::from_private_key_and_public_key(algorithm, &bytes, public.as_ref());
        Ok(Self {
            pair: pair.map_err(|_| WRONG)?,
            public: URL_SAFE_NO_PAD.encode(public.as_ref()),
        })
    }

    /// Makes a new private key.
    pub(super) fn generate() -> Option<SecretString> {
        let key = PrivateKey::generate(&ECDH_P256).ok()?;
        let bytes: EcPrivateKeyBin<'_> = key.as_be_bytes().ok()?;
        Some(URL_SAFE_NO_PAD.encode(bytes.as_ref()).into())
    }

    /// The public key in base64url.
    pub(super) fn public(&self) -> &str {
        &self.public
    }

    /// The value of `Authorization` for a push service. `None` without randomness.
    pub(super) fn authorization(
        &self,
        endpoint: &Url,
        subject: &str,
        now: DateTime<Utc>,
    ) -> Option<String> {
        let claims = json!({
            "aud": endpoint.origin().ascii_serialization(),
            "exp": (now + LIFE).timestamp(),
            "sub": subject,
        });
        let part = |json: String| URL_SAFE_NO_PAD.encode(json);
        let header = json!({"typ": "JWT", "alg": "ES256"});
        let signed = format!("{}.{}", part(header.to_string()), part(claims.to_string()));
        let signature = self
            .pair
            .sign(&SystemRandom::new(), signed.as_bytes())
            .ok()?;
        let signature = URL_SAFE_NO_PAD.encode(signature.as_ref());
        Some(format!("vapid t={signed}.{signature}, k={}", self.public))
    }
}

impl fmt::Debug for VapidKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VapidKey({})", self.public)
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
    use serde_json::Value;

    use super::*;

    #[test]
    fn a_token_names_the_service_and_is_signed_with_the_key() {
        let secret = VapidKey::generate().expect("randomness");
        let key = VapidKey::parse(&secret).expect("a key");
        let endpoint = Url::parse("https://push.example.com:8443/send/abc?x=1").expect("a URL");
        let now = DateTime::from_timestamp(1_800_000_000, 0).expect("a time");
        let value = key.authorization(&endpoint, "mailto:ops@example.com", now);
        let value = value.expect("randomness");
        let (token, public) = value
            .strip_prefix("vapid t=")
            .and_then(|rest| rest.split_once(", k="))
            .expect("both parts");
        assert_eq!(public, key.public());
        let (signed, signature) = token.rsplit_once('.').expect("a signature");
        let decoded = |text: &str| URL_SAFE_NO_PAD.decode(text).expect("base64url");
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, decoded(public))
            .verify(signed.as_bytes(), &decoded(signature))
            .expect("signed with the key");
        let (header, claims) = signed.split_once('.').expect("two parts");
        let json = |text: &str| serde_json::from_slice::<Value>(&decoded(text)).expect("JSON");
        assert_eq!(json(header)["alg"], "ES256");
        let expected = json!({"aud": "https://push.example.com:8443", "exp": 1_800_043_200,
            "sub": "mailto:ops@example.com"});
        assert_eq!(json(claims), expected);
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for wrong in [
            "",
            "!",
            "AAAA",
            &URL_SAFE_NO_PAD.encode([0; 32]),
            &"_".repeat(43),
        ] {
            assert!(
                VapidKey::parse(&wrong.to_owned().into()).is_err(),
                "{wrong}"
            );
        }
        let padded = format!("{}=", VapidKey::generate().expect("a key").expose_secret());
        assert!(VapidKey::parse(&padded.into()).is_ok());
    }
}
