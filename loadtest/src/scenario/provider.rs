//! The fake provider, and the settings by which the service finds it.

use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, anyhow};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::ValueEnum;
use uuid::Uuid;

use super::child::Child;
use crate::cli::{Provided, ScenarioOptions};

/// A sink as a process of its own, and what the roles must know.
pub(super) struct Provider {
    pub(super) child: Child,
    pub(super) settings: Vec<(String, String)>,
}

impl Provider {
    /// Starts the sink of the channel.
    pub(super) async fn start(
        options: &ScenarioOptions,
        own: &Path,
        ledger: &Path,
        log: &Path,
    ) -> anyhow::Result<Self> {
        let kind = options.channel.sink().to_possible_value();
        let kind = kind.context("a sink without a name")?;
        let secret = format!(
            "whsec_{}",
            STANDARD.encode(Uuid::new_v4().as_bytes().repeat(2))
        );
        let mut sink = Command::new(own);
        sink.args(["sink", "--kind", kind.get_name(), "--ledger"]);
        sink.arg(ledger).env_remove("WEBHOOK_SECRET");
        if options.channel == Provided::Webhook {
            // Not as an argument, for arguments are for all to read.
            sink.env("WEBHOOK_SECRET", &secret);
        }
        let child = Child::start("sink".to_owned(), sink, log).await?;
        let settings = match options.channel {
            Provided::Push => push(child.url())?,
            Provided::Email => email(child.url(), options.smtp_connections)?,
            Provided::Webhook => pairs([
                ("WEBHOOK_URL", format!("{}/", child.url())),
                ("WEBHOOK_SECRET", secret),
            ]),
        };
        Ok(Self { child, settings })
    }
}

fn push(url: &str) -> anyhow::Result<Vec<(String, String)>> {
    Ok(pairs([
        ("FCM_PROJECT_ID", "loadtest".to_owned()),
        (
            "FCM_CLIENT_EMAIL",
            "loadtest@loadtest.iam.gserviceaccount.com".to_owned(),
        ),
        ("FCM_PRIVATE_KEY_ID", "loadtest".to_owned()),
        ("FCM_PRIVATE_KEY", private_key()?),
        ("FCM_TOKEN_URI", format!("{url}/token")),
        ("FCM_ENDPOINT", url.to_owned()),
    ]))
}

fn email(url: &str, connections: u32) -> anyhow::Result<Vec<(String, String)>> {
    let (_, port) = url.rsplit_once(':').context("a sink without a port")?;
    Ok(pairs([
        ("SMTP_HOST", "127.0.0.1".to_owned()),
        ("SMTP_PORT", port.to_owned()),
        ("SMTP_TLS", "none".to_owned()),
        ("SMTP_CONNECTIONS", connections.to_string()),
        (
            "EMAIL_FROM",
            "Load test <loadtest@campanile.example>".to_owned(),
        ),
    ]))
}

fn pairs<const N: usize>(pairs: [(&str, String); N]) -> Vec<(String, String)> {
    pairs.map(|(name, value)| (name.to_owned(), value)).into()
}

/// A service account's key as Google hands it out: PKCS#8 in PEM. The sink does not check it.
fn private_key() -> anyhow::Result<String> {
    let key = KeyPair::generate(KeySize::Rsa2048).map_err(|_| anyhow!("no RSA key"))?;
    let der: Pkcs8V1Der<'_> = key.as_der().map_err(|_| anyhow!("no RSA key"))?;
    let mut pem = "-----BEGIN PRIVATE KEY-----\n".to_owned();
    for line in STANDARD.encode(der.as_ref()).as_bytes().chunks(64) {
        writeln!(pem, "{}", String::from_utf8_lossy(line))?;
    }
    Ok(pem + "-----END PRIVATE KEY-----\n")
}
