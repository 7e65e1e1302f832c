//! The operator's own FCM account: the fields of Google's service account file.

use std::fmt;

use secrecy::SecretString;
use url::Url;

use crate::check;
use crate::error::SettingErrors;
use crate::key::Key;
use crate::reader::Reader;

const PRIVATE_KEY_LABELS: &[&str] = &["PRIVATE KEY", "RSA PRIVATE KEY"];

const PROJECT_ID: Key = Key::plain("fcm", "project_id", "FCM_PROJECT_ID")
    .means("The Firebase project id. If set, the tenant `default` can send pushes.")
    .expects("an id such as my-project-1234");
const PRIVATE_KEY_ID: Key = Key::plain("fcm", "private_key_id", "FCM_PRIVATE_KEY_ID")
    .means("The id of the service account's private key.")
    .expects("one line of text");
const PRIVATE_KEY: Key = Key::secret("fcm", "private_key", "FCM_PRIVATE_KEY")
    .means("The service account's private key; `\\n` may stand for a line break.")
    .expects("a PEM block `-----BEGIN PRIVATE KEY-----`");
const CLIENT_EMAIL: Key = Key::plain("fcm", "client_email", "FCM_CLIENT_EMAIL")
    .means("The email address of the service account.")
    .expects("name@project.iam.gserviceaccount.com");
const CLIENT_ID: Key = Key::plain("fcm", "client_id", "FCM_CLIENT_ID")
    .means("The numeric id of the service account.")
    .expects("one line of text");
const AUTH_URI: Key = Key::plain("fcm", "auth_uri", "FCM_AUTH_URI")
    .means("Google's authorisation URL. Not used; accepted because the service account file contains it.")
    .expects("https://host/path");
const TOKEN_URI: Key = Key::plain("fcm", "token_uri", "FCM_TOKEN_URI")
    .means("The URL that issues access tokens.")
    .expects("https://host/path");
const ENDPOINT: Key = Key::plain("fcm", "endpoint", "FCM_ENDPOINT")
    .means("The FCM endpoint. An `http://` URL is called with HTTP/2 prior knowledge.")
    .expects("https://host, or http://host:port of a local fake");

pub(crate) const KEYS: &[Key] = &[
    PROJECT_ID,
    PRIVATE_KEY_ID,
    PRIVATE_KEY,
    CLIENT_EMAIL,
    CLIENT_ID,
    AUTH_URI,
    TOKEN_URI,
    ENDPOINT,
];

/// The operator's FCM account; complete or absent.
#[derive(Clone)]
pub struct Fcm {
    /// The project; absent, there is no account.
    pub project_id: Option<String>,
    /// The id of the service account's private key.
    pub private_key_id: Option<String>,
    /// A PEM block with real line breaks.
    pub private_key: Option<SecretString>,
    /// The email address of the service account.
    pub client_email: Option<String>,
    /// The numeric id of the service account.
    pub client_id: Option<String>,
    /// Google's authorisation page.
    pub auth_uri: Url,
    /// The URL that issues access tokens.
    pub token_uri: Url,
    /// Where messages are sent.
    pub endpoint: Url,
}

impl Fcm {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        let pem = |text: &str| check::pem(text, PRIVATE_KEY_LABELS).map(SecretString::from);
        Self {
            project_id: reader.optional(&PROJECT_ID, project_id),
            private_key_id: reader.optional(&PRIVATE_KEY_ID, check::line),
            private_key: reader.optional(&PRIVATE_KEY, pem),
            client_email: reader.optional(&CLIENT_EMAIL, check::mail_address),
            client_id: reader.optional(&CLIENT_ID, check::line),
            auth_uri: reader.with_default(&AUTH_URI, check::http_url),
            token_uri: reader.with_default(&TOKEN_URI, check::http_url),
            endpoint: reader.with_default(&ENDPOINT, check::http_url),
        }
    }

    /// An account is named by all three fields or by none; a half one would fail at the first push instead of at the start.
    pub(crate) fn validate(&self, problems: &mut SettingErrors) {
        let fields = [
            (&PROJECT_ID, self.project_id.is_some()),
            (&PRIVATE_KEY, self.private_key.is_some()),
            (&CLIENT_EMAIL, self.client_email.is_some()),
        ];
        let Some((present, _)) = fields.iter().find(|(_, is_given)| *is_given) else {
            return;
        };
        for (key, _) in fields.iter().filter(|(_, is_given)| !is_given) {
            let problem = format!(
                "is missing but required with {}, expected {}",
                present.env, key.expected
            );
            problems.report(key, problem);
        }
    }
}

/// The id becomes part of a URL's path, so nothing may pass that has a meaning there.
fn project_id(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "-_.:".contains(c))
    {
        Ok(text.to_owned())
    } else {
        Err("has characters other than letters, digits and `-`".to_owned())
    }
}

impl fmt::Debug for Fcm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fcm")
            .field("project_id", &self.project_id)
            .field("private_key_id", &self.private_key_id)
            .field("private_key", &self.private_key)
            .field("client_email", &self.client_email)
            .field("client_id", &self.client_id)
            .field("auth_uri", &check::Host(&self.auth_uri))
            .field("token_uri", &check::Host(&self.token_uri))
            .field("endpoint", &check::Host(&self.endpoint))
            .finish()
    }
}
