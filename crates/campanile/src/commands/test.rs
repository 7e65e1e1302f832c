//! `campanile test`

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use campanile_app::test_notifications::TEST_PATIENCE;
use campanile_config::Role;
use campanile_domain::Clock;
use comfy_table::Table;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::cli::{Format, TestOptions};
use crate::wiring::data_dir::DataDir;
use crate::wiring::{identity, print, settings};

/// So long after the API gives up waiting for the outcome the command gives up too.
const REST: Duration = Duration::from_secs(15);
/// A token for one call.
const TOKEN_TTL: Duration = Duration::from_secs(60);

#[derive(Deserialize)]
struct Results {
    results: BTreeMap<String, Outcome>,
}

#[derive(Deserialize)]
struct Outcome {
    status: String,
    detail: String,
    duration_ms: u64,
}

/// Sends a test through a running API and prints what came of it; fails if it did not arrive.
pub(crate) async fn run(
    file: Option<&Path>,
    clock: &dyn Clock,
    options: TestOptions,
) -> anyhow::Result<()> {
    let token = token(file, clock, &options)?;
    let answer = call(&options, &token).await?;
    let outcome: Results = serde_json::from_value(answer.clone())
        .context("the response is not that of this API; does the server run the same version?")?;
    match options.format {
        Format::Json => print::line(answer),
        Format::Table => print::line(table(&outcome)),
    }
    let failed = outcome
        .results
        .iter()
        .filter(|(_, one)| one.status != "sent");
    let failed: Vec<_> = failed.map(|(channel, _)| channel.as_str()).collect();
    ensure!(failed.is_empty(), "not sent: {}", failed.join(", "));
    Ok(())
}

fn token(file: Option<&Path>, clock: &dyn Clock, options: &TestOptions) -> anyhow::Result<String> {
    if let Some(token) = &options.token {
        return Ok(token.clone());
    }
    let settings = settings::load(file, Role::Cli)?;
    let own = DataDir::at(&options.data.data_dir).secret()?;
    let Some(secret) = settings.jwt.secret.clone().or(own) else {
        bail!(
            "no token: give --token, set JWT_SECRET, or give the data directory of `campanile up` with --data-dir \
            ({} has no signing key)",
            options.data.data_dir.display()
        );
    };
    let scope = "notifications:send";
    identity::token(
        &settings,
        clock,
        &secret,
        &options.tenant,
        "campanile-test",
        scope,
        TOKEN_TTL,
    )
}

async fn call(options: &TestOptions, token: &str) -> anyhow::Result<Value> {
    let path = "/api/v1/notifications/test";
    let url = format!("{}{path}", options.url.trim_end_matches('/'));
    let channels: Vec<_> = options.channels.iter().map(|c| c.name()).collect();
    let body = json!({
        "message": options.message, "level": options.level, "channels": channels,
        "user_id": options.user,
    });
    let client = reqwest::Client::builder()
        .timeout(TEST_PATIENCE + REST)
        .build()?;
    let request = client.post(&url).bearer_auth(token).json(&body);
    let answer = request.send().await;
    let answer = answer.with_context(|| format!("--url: no server answers at {}", options.url))?;
    let (status, text) = (answer.status(), answer.text().await?);
    let value: Value = serde_json::from_str(&text).unwrap_or_default();
    if !status.is_success() {
        let detail = value["detail"]
            .as_str()
            .unwrap_or("the server gave no reason");
        bail!("the API answered {status}: {detail}");
    }
    Ok(value)
}

fn table(outcome: &Results) -> Table {
    let mut table = Table::new();
    table.set_header(["channel", "status", "ms", "detail"]);
    for (channel, one) in &outcome.results {
        let took = one.duration_ms.to_string();
        table.add_row([channel, &one.status, &took, &one.detail]);
    }
    table
}
