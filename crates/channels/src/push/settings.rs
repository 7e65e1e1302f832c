//! Whose messages: one service account, checked before the first of them.

use std::fmt;

use jsonwebtoken::EncodingKey;
use secrecy::SecretString;
use serde::Deserialize;
use url::Url;

use super::key;

/// Where Google takes messages.
const GOOGLE_ENDPOINT: &str = "https://fcm.googleapis.com";
/// Where Google gives out access tokens.
const GOOGLE_TOKEN_URI: &str = "https://oauth2.googleapis.com/token";

/// A push account that will not do, by the field that is to blame.
#[derive(Debug, thiserror::Error)]
pub enum PushError {
    /// A field of the account; neither its value nor a part of it is shown.
    #[error("{field}: {problem}")]
    Field {
        /// As the service account file names it; the operator's setting is `FCM_` and this in capitals.
        field: &'static str,
        /// What is wrong and what is expected.
        problem: &'static str,
    },
    /// The system gives no HTTP client.
    #[error("the HTTP client could not be created: {0}")]
    Client(#[from] reqwest::Error),
}

/// An account as it is written down: Google's service account file, and where to send. Fields it
/// does not know are ignored, as that file has more of them.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ServiceAccount {
    /// The Firebase project.
    pub project_id: Option<String>,
    /// The account's address, `name@project.iam.gserviceaccount.com`.
    pub client_email: Option<String>,
    /// An RSA key in PEM, PKCS#8 or PKCS#1; `\n` may stand for a line break.
    pub private_key: Option<SecretString>,
    /// Names the key to Google.
    pub private_key_id: Option<String>,
    /// Where access tokens are fetched; Google's when absent.
    pub token_uri: Option<String>,
    /// Where messages are sent; Google's when absent. Spoken to with HTTP/2 prior knowledge if it is
    /// an `http://` one.
    pub endpoint: Option<String>,
}

/// A checked account.
pub struct PushSettings {
    pub(super) client_email: String,
    pub(super) private_key: EncodingKey,
    pub(super) private_key_id: Option<String>,
    pub(super) token_uri: Url,
    /// The whole address of `messages:send`.
    pub(super) send: Url,
}

impl PushSettings {
    /// Checks an account.
    ///
    /// # Errors
    /// [`PushError::Field`].
    pub fn parse(account: &ServiceAccount) -> Result<Self, PushError> {
        let project = given("project_id", account.project_id.as_deref())?;
        let client_email = given("client_email", account.client_email.as_deref())?;
        let Some(private_key) = &account.private_key else {
            return refuse("private_key", MISSING);
        };
        let is_id = |c: char| c.is_ascii_alphanumeric() || "-_.:".contains(c);
        // It becomes part of an address, so nothing may pass that has a meaning there.
        if !project.chars().all(is_id) || project.chars().all(|c| c == '.') {
            return refuse(
                "project_id",
                "is not a project id, expected for example my-project-1234",
            );
        }
        if !client_email.contains('@') {
            return refuse(
                "client_email",
                "is not the address of a service account, expected name@project.iam.gserviceaccount.com",
            );
        }
        let endpoint = account.endpoint.as_deref().unwrap_or(GOOGLE_ENDPOINT);
        let mut send = url("endpoint", endpoint)?;
        let path = send.path().trim_end_matches('/');
        send.set_path(&format!("{path}/v1/projects/{project}/messages:send"));
        let token_uri = account.token_uri.as_deref().unwrap_or(GOOGLE_TOKEN_URI);
        Ok(Self {
            client_email: client_email.to_owned(),
            private_key: key::parse(private_key)
                .or_else(|problem| refuse("private_key", problem))?,
            private_key_id: account.private_key_id.clone(),
            token_uri: url("token_uri", token_uri)?,
            send,
        })
    }
}

const MISSING: &str = "is missing, a service account has project_id, client_email and private_key";

pub(super) fn refuse<T>(field: &'static str, problem: &'static str) -> Result<T, PushError> {
    Err(PushError::Field { field, problem })
}

fn given<'a>(field: &'static str, value: Option<&'a str>) -> Result<&'a str, PushError> {
    match value.map(str::trim) {
        Some(value) if !value.is_empty() => Ok(value),
        _ => refuse(field, MISSING),
    }
}

fn url(field: &'static str, text: &str) -> Result<Url, PushError> {
    let Ok(url) = Url::parse(text.trim()) else {
        return refuse(field, "is not a URL, expected https://host/path");
    };
    match url {
        _ if !matches!(url.scheme(), "http" | "https") => {
            refuse(field, "is neither http nor https")
        }
        _ if url.host_str().is_none_or(str::is_empty) => refuse(field, "names no host"),
        _ if !url.username().is_empty() || url.password().is_some() => {
            refuse(field, "carries credentials")
        }
        _ if url.query().is_some() || url.fragment().is_some() => refuse(field, "carries a query"),
        _ => Ok(url),
    }
}

impl fmt::Debug for PushSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PushSettings")
            .field("client_email", &self.client_email)
            .field("token_uri", &self.token_uri.as_str())
            .field("send", &self.send.as_str())
            .finish_non_exhaustive()
    }
}
