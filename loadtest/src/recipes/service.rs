//! A service that a recipe describes: the file, and a server of its own that takes every message.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;
use serde_json::{Value, json};

use crate::cluster::{Child, Stage};

/// A running service.
pub(super) struct Service {
    /// Of the recipe, which is the channel.
    pub(super) name: String,
    pub(super) child: Child,
    /// Every call that it gets.
    pub(super) ledger: PathBuf,
    /// The account, as the API takes it.
    pub(super) account: Value,
}

impl Service {
    /// Writes the recipe and starts the server.
    pub(super) async fn start(stage: &Stage, recipes: &Path, number: u32) -> anyhow::Result<Self> {
        let name = format!("service_{number}");
        let file = recipes.join(format!("{name}.toml"));
        std::fs::write(&file, recipe(&name)).with_context(|| file.display().to_string())?;
        let ledger = stage.work.join(format!("received-{name}.jsonl"));
        let mut sink = Command::new(&stage.own);
        sink.args(["sink", "--kind", "webhook", "--ledger"]);
        sink.arg(&ledger).env_remove("WEBHOOK_SECRET");
        let log = stage.work.join(format!("{name}.log"));
        let child = Child::start(name.clone(), sink, &log).await?;
        let settings = json!({"url": format!("{}/messages", child.url())});
        Ok(Self {
            account: json!({"channel": name, "settings": settings}),
            child,
            ledger,
            name,
        })
    }
}

/// What a webhook's receiver reads: the delivery in a header, the notification in the body.
fn recipe(name: &str) -> String {
    format!(
        r#"name = "{name}"
title = "Service"
about = "A service of the load test."
documentation = ["https://example.com/"]
read = "2026-11-30"

[[setting]]
name = "url"
kind = "url"
required = true
help = "Where it is called."
example = "https://service.example/messages"

[[request]]
method = "POST"
url = "{{settings.url}}"
headers = {{ webhook-id = "{{delivery_id}}" }}
format = "json"
[request.body]
title = "{{title}}"
data = {{ id = "{{notification_id}}" }}

[default]
2xx = "delivered"
3xx = "misconfigured"
4xx = "rejected"
5xx = "ambiguous"
"#
    )
}
