//! The operator's own webhook.

use std::fmt;

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
    .means("Where the tenant `default` posts its webhooks.")
    .expects("https://host/path");
const SECRET: Key = Key::secret("webhook", "secret", "WEBHOOK_SECRET")
    .means("The key of the signatures (Standard Webhooks).")
    .expects("`whsec_` and 16 bytes or more (24 to 64 are usual) in base64");

pub(crate) const KEYS: &[Key] = &[URL, SECRET];

/// The operator's webhook; both or none.
#[derive(Clone)]
pub struct Webhook {
    /// Where to post.
    pub url: Option<Url>,
    /// `whsec_…`.
    pub secret: Option<SecretString>,
}

impl Webhook {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            url: reader.optional(&URL, check::http_url),
            secret: reader.secret(&SECRET, secret),
        }
    }

    pub(crate) fn validate(&self, problems: &mut SettingErrors) {
        let missing = |key: &Key, present: &Key| {
            format!(
                "missing while {} is given, expected {}",
                present.env, key.expected
            )
        };
        match (&self.url, &self.secret) {
            (Some(_), None) => problems.report(&SECRET, missing(&SECRET, &URL)),
            (None, Some(_)) => problems.report(&URL, missing(&URL, &SECRET)),
            (Some(_), Some(_)) | (None, None) => {}
        }
    }
}

fn secret(text: &str) -> Result<(), String> {
    let Some(encoded) = text.trim().strip_prefix(SECRET_PREFIX) else {
        return Err("does not begin with `whsec_`".to_owned());
    };
    match check::base64_bytes(encoded)?.len() {
        MIN_SECRET_BYTES.. => Ok(()),
        length => Err(format!("holds only {length} bytes")),
    }
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook")
            .field("url", &self.url.as_ref().map(check::Host))
            .field("secret", &self.secret)
            .finish()
    }
}
