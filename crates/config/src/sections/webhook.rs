//! The operator's own webhook.

use std::fmt;
use std::time::SystemTime;

use secrecy::SecretString;
use url::Url;

use crate::check;
use crate::error::SettingErrors;
use crate::key::Key;
use crate::reader::Reader;

/// The prefix of Standard Webhooks.
const SECRET_PREFIX: &str = "whsec_";

/// Standard Webhooks recommends 24 to 64 bytes; 128 bits is where guessing ends, so shorter ones are refused outright.
const MIN_SECRET_BYTES: usize = 16;

const URL: Key = Key::plain("webhook", "url", "WEBHOOK_URL")
    .means("The URL that receives the webhooks of the tenant `default`.")
    .expects("https://host/path");
const SECRET: Key = Key::secret("webhook", "secret", "WEBHOOK_SECRET")
    .means("The signing key of webhooks (Standard Webhooks).")
    .expects("`whsec_` and 16 bytes or more (24 to 64 are usual) in base64");

const PREVIOUS: Key = Key::secret("webhook", "secret_previous", "WEBHOOK_SECRET_PREVIOUS")
    .means("The previous signing key. While receivers switch to the new one, each webhook is signed with both.")
    .expects("`whsec_` and 16 bytes or more (24 to 64 are usual) in base64");
const PREVIOUS_EXPIRES_AT: Key = Key::plain(
    "webhook",
    "secret_previous_expires_at",
    "WEBHOOK_SECRET_PREVIOUS_EXPIRES_AT",
)
.means("When the previous key stops signing (default: as long as it is set).")
.expects("a time in UTC such as 2026-12-01T00:00:00Z");

pub(crate) const KEYS: &[Key] = &[URL, SECRET, PREVIOUS, PREVIOUS_EXPIRES_AT];

/// The operator's webhook; both or none.
#[derive(Clone)]
pub struct Webhook {
    /// Where to post.
    pub url: Option<Url>,
    /// `whsec_…`.
    pub secret: Option<SecretString>,
    /// The one before it, which signs too.
    pub secret_previous: Option<SecretString>,
    /// Until when it does; for ever if absent.
    pub secret_previous_expires_at: Option<SystemTime>,
}

impl Webhook {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            url: reader.optional(&URL, check::http_url),
            secret: reader.secret(&SECRET, secret),
            secret_previous: reader.secret(&PREVIOUS, secret),
            secret_previous_expires_at: reader.optional(&PREVIOUS_EXPIRES_AT, check::moment),
        }
    }

    pub(crate) fn validate(&self, problems: &mut SettingErrors) {
        let missing = |key: &Key, present: &Key| {
            format!(
                "is missing but required with {}, expected {}",
                present.env, key.expected
            )
        };
        match (&self.url, &self.secret) {
            (Some(_), None) => problems.report(&SECRET, missing(&SECRET, &URL)),
            (None, Some(_)) => problems.report(&URL, missing(&URL, &SECRET)),
            (Some(_), Some(_)) | (None, None) => {}
        }
        if self.secret_previous.is_some() && self.secret.is_none() && self.url.is_none() {
            problems.report(&SECRET, missing(&SECRET, &PREVIOUS));
        }
        if self.secret_previous_expires_at.is_some() && self.secret_previous.is_none() {
            problems.report(&PREVIOUS, missing(&PREVIOUS, &PREVIOUS_EXPIRES_AT));
        }
    }
}

fn secret(text: &str) -> Result<(), String> {
    let Some(encoded) = text.trim().strip_prefix(SECRET_PREFIX) else {
        return Err("does not begin with `whsec_`".to_owned());
    };
    match check::base64_bytes(encoded)?.len() {
        MIN_SECRET_BYTES.. => Ok(()),
        length => Err(format!("has only {length} bytes")),
    }
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook")
            .field("url", &self.url.as_ref().map(check::Host))
            .field("secret", &self.secret)
            .field("secret_previous", &self.secret_previous)
            .field(
                "secret_previous_expires_at",
                &self.secret_previous_expires_at,
            )
            .finish()
    }
}
