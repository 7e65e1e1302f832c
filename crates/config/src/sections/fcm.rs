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
    .means("The Firebase project; set, the tenant `default` can send push messages.")
    .expects("an id such as my-project-1234");
const PRIVATE_KEY_ID: Key = Key::plain("fcm", "private_key_id", "FCM_PRIVATE_KEY_ID")
    .means("The id of the private key.")
    .expects("one line of text");
const PRIVATE_KEY: Key = Key::secret("fcm", "private_key", "FCM_PRIVATE_KEY")
    .means("The service account's private key; `\\n` may stand for a line break.")
    .expects("a PEM block `-----BEGIN PRIVATE KEY-----`");
const CLIENT_EMAIL: Key = Key::plain("fcm", "client_email", "FCM_CLIENT_EMAIL")
    .means("The service account's address.")
    .expects("name@project.iam.gserviceaccount.com");
const CLIENT_ID: Key = Key::plain("fcm", "client_id", "FCM_CLIENT_ID")
    .means("The service account's number.")
    .expects("one line of text");
const AUTH_URI: Key = Key::plain("fcm", "auth_uri", "FCM_AUTH_URI")
    .means("Where Google authorises people; kept because the service account file has it.")
    .expects("https://host/path");
const TOKEN_URI: Key = Key::plain("fcm", "token_uri", "FCM_TOKEN_URI")
    .means("Where access tokens are fetched.")
    .expects("https://host/path");
const ENDPOINT: Key = Key::plain("fcm", "endpoint", "FCM_ENDPOINT")
    .means("Where messages are sent; an `http://` one is spoken to with HTTP/2 prior knowledge.")
    .expects("https://host, or http://host:port of a local stand-in");

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
    /// The id of the private key.
    pub private_key_id: Option<String>,
    /// A PEM block with real line breaks.
    pub private_key: Option<SecretString>,
    /// The service account's address.
    pub client_email: Option<String>,
    /// The service account's number.
    pub client_id: Option<String>,
    /// Google's authorisation page.
    pub auth_uri: Url,
    /// Where access tokens are fetched.
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
                "missing while {} is given, expected {}",
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
        Err("holds other characters than letters, digits and `-`".to_owned())
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
