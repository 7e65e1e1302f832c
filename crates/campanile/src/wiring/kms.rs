//! A service that keeps keys: the settings hold the master key encrypted by it.
//!
//! It is asked once for each key when a process starts. The process works on while the service is away.

use std::time::Duration;

use anyhow::{Context, bail, ensure};
use async_trait::async_trait;
use campanile_config::Settings;
use reqwest::{StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

/// What the ciphertexts of Vault's transit engine begin with.
const VAULT: &str = "vault:v";
/// An answer takes no longer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Names the setting in errors.
const SETTING: &str = "CAMPANILE_MASTER_KEY_KMS";

/// Decrypts what it has encrypted before.
#[async_trait]
pub(crate) trait Kms: Send + Sync {
    /// The text that was encrypted.
    async fn decrypt(&self, ciphertext: &SecretString) -> anyhow::Result<SecretString>;
}

/// The service that the settings name, if any.
pub(crate) fn of_settings(settings: &Settings) -> anyhow::Result<Option<Box<dyn Kms>>> {
    let security = &settings.security;
    let Some(url) = &security.master_key_kms else {
        return Ok(None);
    };
    let token = security.master_key_kms_token.clone();
    let token =
        token.with_context(|| format!("{SETTING}: needs CAMPANILE_MASTER_KEY_KMS_TOKEN"))?;
    let client = reqwest::Client::builder().timeout(PATIENCE).build()?;
    let url = url.clone();
    Ok(Some(Box::new(VaultTransit { client, url, token })))
}

/// Whether it is a key as a service has encrypted it.
pub(crate) fn is_encrypted(key: &SecretString) -> bool {
    key.expose_secret().trim().starts_with(VAULT)
}

/// The transit engine of HashiCorp Vault, which OpenBao has as well.
struct VaultTransit {
    client: reqwest::Client,
    /// `…/v1/transit/decrypt/<key>`.
    url: Url,
    token: SecretString,
}

#[async_trait]
impl Kms for VaultTransit {
    async fn decrypt(&self, ciphertext: &SecretString) -> anyhow::Result<SecretString> {
        let body = json!({"ciphertext": ciphertext.expose_secret().trim()});
        let request = self.client.post(self.url.clone()).json(&body);
        let request = request.header("x-vault-token", self.token.expose_secret().trim());
        let answer = request.send().await;
        let answer = answer.with_context(|| format!("{SETTING}: {} does not answer", self.url))?;
        let status = answer.status();
        let answer: Value = answer.json().await.unwrap_or_default();
        match status {
            StatusCode::OK => {}
            StatusCode::FORBIDDEN => bail!(
                "{SETTING}: {} does not accept CAMPANILE_MASTER_KEY_KMS_TOKEN for this key (403)",
                self.url
            ),
            other => {
                let why = answer["errors"][0].as_str().unwrap_or("no reason given");
                bail!("{SETTING}: {} answered {other}: {why}", self.url);
            }
        }
        let text = answer["data"]["plaintext"].as_str();
        ensure!(
            text.is_some(),
            "{SETTING}: the answer of {} is not that of a transit key",
            self.url
        );
        Ok(text.unwrap_or_default().to_owned().into())
    }
}
