//! One kind of key, an API that trusts it, and the means to sign anything with it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use campanile_api::identity::KeySettings;
use chrono::Utc;
use jsonwebtoken::{Algorithm, EncodingKey};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::Case;
use crate::jwks::{Provider, jwk};
use crate::support::{Answer, Pair, SECRET, TestApi, ec_pair, ed_pair, rsa_pair};

pub const AUDIENCE: &str = "campanile";
pub const ISSUER: &str = "https://id.example";

pub struct Forger {
    /// The kind of key.
    pub name: &'static str,
    pub algorithm: Algorithm,
    /// The trusted key.
    pub key: EncodingKey,
    /// A key of the same kind that nobody trusts.
    pub stranger: EncodingKey,
    /// What everybody knows of the trusted key.
    pub public_text: String,
    /// Where keys are distinguished by id.
    pub kid: Option<&'static str>,
    api: TestApi,
}

pub fn part(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

async fn of_pair(name: &'static str, pair: Pair, stranger: Pair) -> Forger {
    let settings = KeySettings {
        jwt_public_key_pem: Some(pair.public_pem.clone()),
        ..KeySettings::default()
    };
    Forger {
        name,
        algorithm: pair.algorithm,
        key: pair.signing,
        stranger: stranger.signing,
        public_text: pair.public_pem,
        kid: None,
        api: demanding(settings).await,
    }
}

async fn demanding(settings: KeySettings) -> TestApi {
    TestApi::with_keys(KeySettings {
        audience: Some(AUDIENCE.into()),
        issuer: Some(ISSUER.into()),
        ..settings
    })
    .await
}

impl Forger {
    pub async fn one_for_each_kind_of_key() -> Vec<Self> {
        let settings = KeySettings {
            jwt_secret: Some(SecretString::from(SECRET)),
            ..KeySettings::default()
        };
        let shared = Self {
            name: "HS256",
            algorithm: Algorithm::HS256,
            key: EncodingKey::from_secret(SECRET.as_bytes()),
            stranger: EncodingKey::from_secret(&[7; 32]),
            public_text: "campanile".into(),
            kid: None,
            api: demanding(settings).await,
        };
        let mut all = vec![
            shared,
            of_pair("RS256", rsa_pair(), rsa_pair()).await,
            of_pair("ES256", ec_pair(), ec_pair()).await,
            of_pair("EdDSA", ed_pair(), ed_pair()).await,
        ];
        all.push(Self::published().await);
        all
    }

    /// Two keys in a list: the second is trusted as well, but not under the name of the first.
    async fn published() -> Self {
        let (pair, second) = (ec_pair(), ec_pair());
        let provider = Provider::default();
        provider.publish(&[jwk(&pair, "first"), jwk(&second, "second")]);
        Self {
            name: "JWKS",
            algorithm: pair.algorithm,
            key: pair.signing,
            stranger: second.signing,
            public_text: pair.public_pem,
            kid: Some("first"),
            api: demanding(provider.settings().await).await,
        }
    }

    pub async fn call(&self, token: &str) -> Answer {
        self.api.get("/api/v1/notifications", token).await
    }

    /// The header of an honest token.
    pub fn header(&self) -> Value {
        let mut header = json!({"alg": self.algorithm, "typ": "JWT"});
        if let Some(kid) = self.kid {
            header["kid"] = kid.into();
        }
        header
    }

    /// The claims of an honest token.
    pub fn claims(&self) -> Value {
        let now = Utc::now().timestamp();
        json!({"sub": "u1", "tenant": "acme", "scope": "inbox", "exp": now + 600, "iat": now,
            "aud": AUDIENCE, "iss": ISSUER})
    }

    /// The honest claims with one changed, or taken away.
    pub fn claims_with(&self, name: &str, value: Option<Value>) -> String {
        let mut claims = self.claims();
        match value {
            Some(value) => claims[name] = value,
            None => drop(claims.as_object_mut().unwrap().remove(name)),
        }
        claims.to_string()
    }

    /// Signs these very texts.
    pub fn sign(&self, header: &str, claims: &str) -> String {
        sign_with(self.algorithm, &self.key, header, claims)
    }

    /// Signs these claims as an honest issuer would.
    pub fn sign_claims(&self, claims: &str) -> String {
        self.sign(&self.header().to_string(), claims)
    }

    /// Signs the honest claims under a header with more in it.
    pub fn sign_header(&self, name: &str, value: Value) -> String {
        let mut header = self.header();
        header[name] = value;
        self.sign(&header.to_string(), &self.claims().to_string())
    }

    /// Beside each family of forgeries one that is good: it is not the look that is refused.
    pub fn good(&self) -> Vec<Case> {
        let now = Utc::now().timestamp();
        let claims = |name, value| self.sign_claims(&self.claims_with(name, Some(value)));
        let longest = "x".repeat(128);
        let scp = |value: Value| {
            let mut claims = self.claims();
            claims.as_object_mut().unwrap().remove("scope");
            claims["scp"] = value;
            self.sign_claims(&claims.to_string())
        };
        vec![
            ("plain", self.sign_claims(&self.claims().to_string())),
            ("other typ", self.sign_header("typ", json!("at+jwt"))),
            (
                "a jku that nobody asks",
                self.sign_header("jku", json!("https://evil.example/")),
            ),
            ("an unknown header", self.sign_header("x-new", json!(1))),
            ("an unknown claim", claims("roles", json!(["a"]))),
            (
                "exp with a fraction",
                claims("exp", json!(now as f64 + 60.5)),
            ),
            ("exp within the leeway", claims("exp", json!(now - 20))),
            ("nbf within the leeway", claims("nbf", json!(now + 25))),
            ("iat within the leeway", claims("iat", json!(now + 25))),
            ("no iat", self.sign_claims(&self.claims_with("iat", None))),
            (
                "several audiences",
                claims("aud", json!(["other", AUDIENCE])),
            ),
            (
                "several scopes",
                claims("scope", json!("notifications:send inbox")),
            ),
            (
                "scope as a list",
                claims("scope", json!(["notifications:send", "inbox"])),
            ),
            (
                "a list with several scopes in one text",
                claims("scope", json!(["notifications:send inbox"])),
            ),
            ("scp as a text (Entra ID)", scp(json!("other inbox"))),
            ("scp as a list (Okta)", scp(json!(["other", "inbox"]))),
            ("the longest sub", claims("sub", json!(longest))),
        ]
    }
}

pub fn sign_with(algorithm: Algorithm, key: &EncodingKey, header: &str, claims: &str) -> String {
    let message = format!("{}.{}", part(header), part(claims));
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), key, algorithm).unwrap();
    format!("{message}.{signature}")
}
