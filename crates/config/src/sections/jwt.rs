//! The key that tokens are checked with. Exactly one: it pins the algorithm, so that a token never chooses.

use std::fmt;
use std::time::Duration;

use secrecy::SecretString;
use url::Url;

use crate::check;
use crate::error::SettingErrors;
use crate::key::Key;
use crate::reader::Reader;
use crate::role::Role;

/// RFC 7518, 3.2: a key of at least the size of the hash's output.
const MIN_SECRET_BYTES: usize = 32;

/// A bound on lives below which clocks and networks decide.
const SHORTEST_LIFE: Duration = Duration::from_secs(60);

const PUBLIC_KEY_LABELS: &[&str] = &[
    "PUBLIC KEY",
    "RSA PUBLIC KEY",
    "EC PUBLIC KEY",
    "CERTIFICATE",
];

const SECRET: Key = Key::secret("jwt", "secret", "JWT_SECRET")
    .means("The shared key of HS256 tokens. It allows signing any token. `worker` and `migrate` do not need it and log \
        a warning if it is set.")
    .expects("32 bytes or more");
const PUBLIC_KEY: Key = Key::plain("jwt", "public_key", "JWT_PUBLIC_KEY")
    .also_from_file()
    .means("The public key of RS256, ES256 or EdDSA tokens.")
    .expects("a PEM block `-----BEGIN PUBLIC KEY-----`");
const JWKS_URL: Key = Key::plain("jwt", "jwks_url", "JWT_JWKS_URL")
    .means("The URL of the identity provider's public keys (JWKS).")
    .expects("https://host/path of a JWK set");
const AUDIENCE: Key = Key::plain("jwt", "audience", "JWT_AUDIENCE")
    .means("The `aud` that tokens must have (default: not checked).")
    .expects("one line of text");
const ISSUER: Key = Key::plain("jwt", "issuer", "JWT_ISSUER")
    .means("The `iss` that tokens must have (default: not checked).")
    .expects("one line of text");

const MAX_LIFE: Key = Key::plain("jwt", "max_life", "JWT_MAX_LIFE")
    .means("Maximum lifetime of tokens, from `iat` to `exp` (from now, if there is no `iat`), because a token cannot be \
         revoked. The API answers 401 to tokens that live longer. Also limits `campanile token --ttl`.")
    .expects("a duration such as 1h, 30d or 366d");

pub(crate) const KEYS: &[Key] = &[SECRET, PUBLIC_KEY, JWKS_URL, AUDIENCE, ISSUER, MAX_LIFE];

/// How tokens are checked.
#[derive(Clone)]
pub struct Jwt {
    /// The key of HS256.
    pub secret: Option<SecretString>,
    /// A PEM block with real line breaks.
    pub public_key: Option<String>,
    /// Where to fetch a JWK set.
    pub jwks_url: Option<Url>,
    /// The `aud` to insist on.
    pub audience: Option<String>,
    /// The `iss` to insist on.
    pub issuer: Option<String>,
    /// The longest life of a token.
    pub max_life: Duration,
}

impl Jwt {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            secret: reader.exact_secret(&SECRET, long_enough),
            public_key: reader.optional(&PUBLIC_KEY, |text| check::pem(text, PUBLIC_KEY_LABELS)),
            jwks_url: reader.optional(&JWKS_URL, check::http_url),
            audience: reader.optional(&AUDIENCE, check::line),
            issuer: reader.optional(&ISSUER, check::line),
            max_life: reader.with_default(&MAX_LIFE, max_life),
        }
    }

    /// Whether the key that makes tokens is given to a role that neither checks nor makes any.
    pub(crate) fn is_needless_for(&self, role: Role) -> bool {
        self.secret.is_some() && matches!(role, Role::Worker | Role::Migrate)
    }

    pub(crate) fn validate_for(&self, role: Role, problems: &mut SettingErrors) {
        let given = [
            (&SECRET, self.secret.is_some()),
            (&PUBLIC_KEY, self.public_key.is_some()),
            (&JWKS_URL, self.jwks_url.is_some()),
        ];
        let mut given = given
            .iter()
            .filter(|(_, is_given)| *is_given)
            .map(|(key, _)| key);
        let Some(first) = given.next() else {
            if role == Role::Api {
                problems.report(
                    &SECRET,
                    "is missing but required by `api`, expected this, JWT_PUBLIC_KEY or JWT_JWKS_URL",
                );
            }
            return;
        };
        for other in given {
            let problem = format!(
                "is set together with {}, expected only one of them",
                other.env
            );
            problems.report(first, problem);
        }
    }
}

fn max_life(text: &str) -> Result<Duration, String> {
    match check::duration(text)? {
        life if life < SHORTEST_LIFE => Err("is shorter than a minute".to_owned()),
        life => Ok(life),
    }
}

fn long_enough(text: &str) -> Result<(), String> {
    match text.len() {
        MIN_SECRET_BYTES.. => Ok(()),
        length => Err(format!("has {length} bytes")),
    }
}

impl fmt::Debug for Jwt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jwt")
            .field("secret", &self.secret)
            .field("public_key", &self.public_key)
            .field("jwks_url", &self.jwks_url.as_ref().map(check::Host))
            .field("audience", &self.audience)
            .field("issuer", &self.issuer)
            .field("max_life", &self.max_life)
            .finish()
    }
}
