//! The fake provider, and the settings by which the service finds it.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use campanile_fakes::fcm::FcmAccount;
use clap::ValueEnum;
use serde_json::{Value, json};

use super::{Child, Stage};
use crate::cli::Provided;
use crate::clock::unique;

/// A sink as a process of its own, and what the roles must know.
pub(crate) struct Provider {
    pub(crate) child: Child,
    /// Every call that it gets.
    pub(crate) ledger: PathBuf,
    pub(super) settings: Vec<(String, String)>,
    /// An account for a tenant, as the API takes it.
    pub(crate) account: Value,
}

impl Provider {
    /// Starts the sink of a channel. Each account of a mail relay has so many connections.
    pub(crate) async fn start(
        stage: &Stage,
        channel: Provided,
        script: Option<&Path>,
        smtp_connections: u32,
    ) -> anyhow::Result<Self> {
        let ledger = stage.work.join("received.jsonl");
        let kind = channel.sink().to_possible_value();
        let kind = kind.context("a sink without a name")?;
        let secret = format!("whsec_{}", STANDARD.encode(unique().as_bytes().repeat(2)));
        let mut sink = Command::new(&stage.own);
        sink.args(["sink", "--kind", kind.get_name(), "--ledger"]);
        sink.arg(&ledger).env_remove("WEBHOOK_SECRET");
        if let Some(script) = script {
            sink.arg("--script")
                .arg(script)
                .arg("--script-begins-by-signal");
        }
        if channel == Provided::Webhook {
            // Not as an argument, for arguments are for all to read.
            sink.env("WEBHOOK_SECRET", &secret);
        }
        let log = stage.work.join("sink.log");
        let child = Child::start("sink".to_owned(), sink, &log).await?;
        let (settings, account) = match channel {
            Provided::Push => push(child.url()),
            Provided::Email => email(child.url(), smtp_connections)?,
            Provided::Webhook => webhook(child.url(), secret),
        };
        let channel = channel.channel().name();
        Ok(Self {
            child,
            ledger,
            settings,
            account: json!({"channel": channel, "settings": account}),
        })
    }

    /// Lets the time of the script begin.
    pub(crate) fn begin_script(&self) -> anyhow::Result<()> {
        self.child.signal("USR1")
    }
}

/// The operator's settings, and those of a tenant's account.
type Settings = (Vec<(String, String)>, Value);

fn webhook(url: &str, secret: String) -> Settings {
    let url = format!("{url}/");
    let account = json!({"url": url, "secret": secret});
    (
        pairs([("WEBHOOK_URL", url), ("WEBHOOK_SECRET", secret)]),
        account,
    )
}

fn push(url: &str) -> Settings {
    let email = "loadtest@loadtest.iam.gserviceaccount.com";
    let (key, token_uri) = (FcmAccount::new().private_key, format!("{url}/token"));
    let account = json!({
        "project_id": "loadtest", "client_email": email, "private_key": key,
        "token_uri": token_uri, "endpoint": url,
    });
    let settings = pairs([
        ("FCM_PROJECT_ID", "loadtest".to_owned()),
        ("FCM_CLIENT_EMAIL", email.to_owned()),
        ("FCM_PRIVATE_KEY_ID", "loadtest".to_owned()),
        ("FCM_PRIVATE_KEY", key),
        ("FCM_TOKEN_URI", token_uri),
        ("FCM_ENDPOINT", url.to_owned()),
    ]);
    (settings, account)
}

fn email(url: &str, connections: u32) -> anyhow::Result<Settings> {
    let (_, port) = url.rsplit_once(':').context("a sink without a port")?;
    let port: u16 = port.parse().context("a sink without a port")?;
    let from = "Load test <loadtest@campanile.example>";
    let account = json!({
        "host": "127.0.0.1", "port": port, "tls": "none", "from": from, "connections": connections,
    });
    let settings = pairs([
        ("SMTP_HOST", "127.0.0.1".to_owned()),
        ("SMTP_PORT", port.to_string()),
        ("SMTP_TLS", "none".to_owned()),
        ("SMTP_CONNECTIONS", connections.to_string()),
        ("EMAIL_FROM", from.to_owned()),
    ]);
    Ok((settings, account))
}

fn pairs<const N: usize>(pairs: [(&str, String); N]) -> Vec<(String, String)> {
    pairs.map(|(name, value)| (name.to_owned(), value)).into()
}
