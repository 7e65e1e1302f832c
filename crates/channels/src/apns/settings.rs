//! Whose messages: a key of an Apple developer team, and the apps that it may send to.

use std::fmt;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use campanile_domain::{AppleEnvironment, AppleTopic};
use jsonwebtoken::EncodingKey;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

/// Where Apple takes messages for apps of the App Store.
const PRODUCTION: &str = "https://api.push.apple.com";
/// Where Apple takes messages for apps that are being developed.
const SANDBOX: &str = "https://api.sandbox.push.apple.com";
/// Apple's ids of keys and teams have so many characters.
const ID_CHARS: usize = 10;
/// Apps of one account.
const MAX_TOPICS: usize = 50;

/// An account that will not do, by the field that is to blame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{field} {problem}")]
pub struct ApnsError {
    /// The name of the field.
    pub field: &'static str,
    /// What is wrong and what is expected, without a character of a secret.
    pub problem: &'static str,
}

/// An account as it is written down.
#[derive(Debug, Clone, Default)]
pub struct ApnsAccount {
    /// The id of the key.
    pub key_id: String,
    /// The id of the team.
    pub team_id: String,
    /// The key: the file `AuthKey_….p8`; `\n` may stand for a line break.
    pub private_key: SecretString,
    /// Bundle ids of the apps, separated by commas.
    pub topics: String,
    /// Where messages are sent instead of Apple's services.
    pub endpoint: Option<String>,
}

/// A checked account.
pub struct ApnsSettings {
    pub(super) key_id: String,
    pub(super) team_id: String,
    pub(super) private_key: EncodingKey,
    pub(super) topics: Vec<AppleTopic>,
    endpoint: Option<Url>,
}

impl ApnsSettings {
    /// Checks an account.
    ///
    /// # Errors
    /// [`ApnsError`].
    pub fn parse(account: &ApnsAccount) -> Result<Self, ApnsError> {
        Ok(Self {
            key_id: id("key_id", &account.key_id)?,
            team_id: id("team_id", &account.team_id)?,
            private_key: key(&account.private_key)?,
            topics: topics(&account.topics)?,
            endpoint: account.endpoint.as_deref().map(endpoint).transpose()?,
        })
    }

    /// Where messages for devices of this environment go. The path of the device follows.
    pub(super) fn base(&self, environment: AppleEnvironment) -> Url {
        let of_apple = match environment {
            AppleEnvironment::Production => PRODUCTION,
            AppleEnvironment::Sandbox => SANDBOX,
        };
        let own = self.endpoint.clone();
        own.unwrap_or_else(|| Url::parse(of_apple).expect("a URL"))
    }

    /// The address that is called instead of Apple's.
    pub(crate) fn endpoint(&self) -> Option<&Url> {
        self.endpoint.as_ref()
    }
}

fn refuse<T>(field: &'static str, problem: &'static str) -> Result<T, ApnsError> {
    Err(ApnsError { field, problem })
}

fn id(field: &'static str, text: &str) -> Result<String, ApnsError> {
    let text = text.trim();
    let is_id = text.len() == ID_CHARS && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match is_id {
        true => Ok(text.to_owned()),
        false => refuse(field, "must be 10 letters and digits, as Apple shows it"),
    }
}

/// Reads PKCS#8 in PEM, as Apple gives it out.
fn key(pem: &SecretString) -> Result<EncodingKey, ApnsError> {
    const WRONG: &str =
        "is not a key of Apple's push service, expected the text of the file AuthKey_….p8";
    // Wiped when it goes, as the original is.
    let text = SecretString::from(pem.expose_secret().trim().replace("\\n", "\n"));
    let key = EncodingKey::from_ec_pem(text.expose_secret().as_bytes());
    let key = key.or_else(|_| refuse("private_key", WRONG))?;
    // The reader above looks at labels only; a key that cannot sign must show now, not at a push.
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, key.as_bytes());
    pair.map_or_else(|_| refuse("private_key", WRONG), |_| Ok(key))
}

fn topics(text: &str) -> Result<Vec<AppleTopic>, ApnsError> {
    let all = text.split(',').map(|one| one.trim().parse());
    let all = all.collect::<Result<Vec<AppleTopic>, _>>();
    match all.ok().filter(|all| all.len() <= MAX_TOPICS) {
        Some(all) => Ok(all),
        None => refuse(
            "topics",
            "must be the bundle ids of 1 to 50 apps, such as com.example.app, separated by commas",
        ),
    }
}

fn endpoint(text: &str) -> Result<Url, ApnsError> {
    const WRONG: &str = "must be an http or https URL without a path, a query and credentials";
    let Ok(url) = Url::parse(text.trim()) else {
        return refuse("endpoint", WRONG);
    };
    let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let has_login = !url.username().is_empty() || url.password().is_some();
    let has_host = url.host_str().is_some_and(|host| !host.is_empty());
    match matches!(url.scheme(), "http" | "https") && is_bare && !has_login && has_host {
        true => Ok(url),
        false => refuse("endpoint", WRONG),
    }
}

impl fmt::Debug for ApnsSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApnsSettings")
            .field("key_id", &self.key_id)
            .field("team_id", &self.team_id)
            .field("topics", &self.topics)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use aws_lc_rs::rand::SystemRandom;
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    /// A new key as Apple gives them out.
    pub(crate) fn p8() -> String {
        let random = SystemRandom::new();
        let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random);
        let text = STANDARD.encode(key.expect("randomness").as_ref());
        format!("-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n")
    }

    pub(crate) fn account() -> ApnsAccount {
        ApnsAccount {
            key_id: "ABC123DEFG".into(),
            team_id: "DEF123GHIJ".into(),
            private_key: p8().into(),
            topics: "com.example.app, com.example.other".into(),
            endpoint: None,
        }
    }

    #[test]
    fn an_account_is_checked_whole() {
        let settings = ApnsSettings::parse(&account()).expect("valid");
        let topics: Vec<_> = settings.topics.iter().map(AppleTopic::as_str).collect();
        assert_eq!(topics, ["com.example.app", "com.example.other"]);
        let of = |environment| settings.base(environment).to_string();
        assert_eq!(
            of(AppleEnvironment::Production),
            "https://api.push.apple.com/"
        );
        assert_eq!(
            of(AppleEnvironment::Sandbox),
            "https://api.sandbox.push.apple.com/"
        );
        let one_line = p8().replace('\n', "\\n");
        let good = ApnsAccount {
            private_key: one_line.into(),
            endpoint: Some("http://127.0.0.1:8443".into()),
            ..account()
        };
        let settings = ApnsSettings::parse(&good).expect("valid");
        let base = settings.base(AppleEnvironment::Sandbox);
        assert_eq!(base.as_str(), "http://127.0.0.1:8443/");
        assert!(!format!("{settings:?}").contains("PRIVATE"));
    }

    #[test]
    fn the_wrong_field_is_named() {
        type Change = fn(&mut ApnsAccount);
        let changes: [(&str, Change); 12] = [
            ("key_id", |one| one.key_id = "ABC".into()),
            ("key_id", |one| one.key_id = "ABC123DEF-".into()),
            ("team_id", |one| one.team_id = String::new()),
            ("private_key", |one| one.private_key = "x".to_owned().into()),
            ("private_key", |one| {
                let pem = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----";
                one.private_key = pem.to_owned().into();
            }),
            ("topics", |one| one.topics = String::new()),
            ("topics", |one| one.topics = "com.example.app,".into()),
            ("topics", |one| one.topics = "com.example/app".into()),
            ("endpoint", |one| one.endpoint = Some("push".into())),
            ("endpoint", |one| {
                one.endpoint = Some("ftp://example.com".into());
            }),
            ("endpoint", |one| {
                one.endpoint = Some("https://example.com/path".into());
            }),
            ("endpoint", |one| {
                one.endpoint = Some("https://me@example.com".into());
            }),
        ];
        for (field, change) in changes {
            let mut account = account();
            change(&mut account);
            let error = ApnsSettings::parse(&account).expect_err(field);
            assert_eq!(error.field, field, "{account:?}");
        }
    }
}
