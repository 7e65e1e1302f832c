//! Whose webhook, and the key of its signatures.

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use url::Url;

use super::sign::Signer;

/// A webhook account that will not do, by the setting that is to blame.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// The address cannot be posted to.
    #[error("WEBHOOK_URL: {0}, expected https://host/path")]
    Url(&'static str),
    /// The key cannot sign; it is not shown.
    #[error("WEBHOOK_SECRET: {0}, expected `whsec_` and 16 bytes or more in base64")]
    Secret(&'static str),
    /// An earlier key cannot sign; it is not shown.
    #[error("WEBHOOK_SECRET_PREVIOUS: {0}, expected `whsec_` and 16 bytes or more in base64")]
    Previous(&'static str),
    /// The system gives no HTTP client.
    #[error("the HTTP client could not be created: {0}")]
    Client(#[from] reqwest::Error),
}

/// A webhook account.
#[derive(Debug)]
pub struct WebhookSettings {
    pub(super) url: Url,
    pub(super) signer: Signer,
}

impl WebhookSettings {
    /// Checks address and key.
    ///
    /// # Errors
    /// [`WebhookError::Url`], [`WebhookError::Secret`].
    pub fn parse(url: &str, secret: SecretString) -> Result<Self, WebhookError> {
        let url = Url::parse(url).map_err(|_| WebhookError::Url("not an address"))?;
        check(&url).map_err(WebhookError::Url)?;
        let signer = Signer::new(&secret).map_err(WebhookError::Secret)?;
        Ok(Self { url, signer })
    }

    /// Signs with an earlier secret too, until `expires_at` or for ever.
    ///
    /// # Errors
    /// [`WebhookError::Previous`].
    pub fn and_previous(
        self,
        secret: &SecretString,
        expires_at: Option<DateTime<Utc>>,
    ) -> Result<Self, WebhookError> {
        let signer = self.signer.and_previous(secret, expires_at);
        let signer = signer.map_err(WebhookError::Previous)?;
        Ok(Self { signer, ..self })
    }
}

/// Whether an address can be posted to at all.
pub(super) fn check(url: &Url) -> Result<(), &'static str> {
    match url {
        _ if !matches!(url.scheme(), "http" | "https") => Err("neither http nor https"),
        _ if url.host_str().is_none_or(str::is_empty) => Err("names no host"),
        _ if !url.username().is_empty() || url.password().is_some() => Err("carries credentials"),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mistake_names_its_setting_and_shows_no_secret() {
        let good = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        for (url, secret, named) in [
            ("nowhere", good, "WEBHOOK_URL"),
            ("ftp://host/", good, "WEBHOOK_URL"),
            ("file:///etc/passwd", good, "WEBHOOK_URL"),
            ("https://user:hunter2@host/", good, "WEBHOOK_URL"),
            (
                "https://host/",
                "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                "WEBHOOK_SECRET",
            ),
            ("https://host/", "whsec_hunter2!", "WEBHOOK_SECRET"),
            ("https://host/", "whsec_aHVudGVyMg==", "WEBHOOK_SECRET"),
        ] {
            let refused = WebhookSettings::parse(url, secret.to_owned().into()).expect_err(url);
            let text = format!("{refused} {refused:?}");
            assert!(text.contains(named), "{url}: {text}");
            assert!(
                !text.contains("hunter2") && !text.contains(secret),
                "{text}"
            );
        }
        WebhookSettings::parse("http://host:1/x?y", good.to_owned().into()).expect("all is well");
    }
}
