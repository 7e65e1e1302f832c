//! Registering the people that the load is about, through the API as their apps and services would.
//!
//! What is there already is refreshed, so it may be asked for again after a fault.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, bail};
use http::{Method, StatusCode};
use indicatif::{ProgressBar, ProgressStyle};
use reqwest::Client;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::cli::PeopleOptions;
use crate::population::Population;
use crate::token::Signer;

/// For one answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often one call is made before it counts as refused; registering is idempotent.
const ATTEMPTS: u32 = 5;
const PAUSE: Duration = Duration::from_millis(200);

struct Registrar {
    client: Client,
    url: String,
    signer: Signer,
    people: Population,
    /// What a calling service of each tenant has.
    services: Vec<String>,
    devices: bool,
    mail: bool,
    next: AtomicU64,
    bar: ProgressBar,
}

/// Registers all; gives how many people there are now.
pub(crate) async fn run(options: &PeopleOptions) -> anyhow::Result<u64> {
    let people = Population::new(&options.tenants.names(), options.users)?;
    let signer = Signer::new(&options.secret)?;
    let client = Client::builder().timeout(PATIENCE).tcp_nodelay(true);
    let tenants = people.tenants().iter();
    let services = tenants.map(|tenant| signer.service(tenant));
    let count = people.users();
    let registrar = Arc::new(Registrar {
        client: client.no_proxy().build().context("no HTTP client")?,
        url: options.url.trim_end_matches('/').to_owned(),
        services: services.collect::<Result<_, _>>()?,
        signer,
        people,
        devices: options.wants_devices(),
        mail: options.mail,
        next: AtomicU64::new(0),
        bar: bar(count),
    });
    let mut lanes = JoinSet::new();
    for _ in 0..options.connections {
        let registrar = Arc::clone(&registrar);
        lanes.spawn(async move { registrar.lane().await });
    }
    while let Some(lane) = lanes.join_next().await {
        lane.context("a lane broke")??;
    }
    registrar.bar.finish_and_clear();
    Ok(count)
}

fn bar(count: u64) -> ProgressBar {
    let bar = ProgressBar::new(count);
    let style = "{elapsed_precise} {bar:40} {pos}/{len} people, {per_sec}, {eta} left";
    if let Ok(style) = ProgressStyle::with_template(style) {
        bar.set_style(style);
    }
    bar
}

impl Registrar {
    /// One after the other until none is left.
    async fn lane(&self) -> anyhow::Result<()> {
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            if number >= self.people.users() {
                return Ok(());
            }
            self.register(number).await?;
            self.bar.inc(1);
        }
    }

    async fn register(&self, number: u64) -> anyhow::Result<()> {
        let (user, tenant) = self.people.user(number)?;
        if self.devices {
            let token = self.signer.token(tenant, &user, "inbox")?;
            let device = json!({
                "kind": "token", "value": format!("{tenant}-{user}"), "platform": "android",
            });
            self.call(Method::POST, "/api/v1/devices", &token, &device)
                .await?;
        }
        if self.mail {
            let service = self.services.get(self.people.turn(number));
            let service = service.context("a tenant without a token")?;
            let address = json!({"email": format!("{user}@{tenant}.example")});
            let path = format!("/api/v1/users/{user}");
            self.call(Method::PUT, &path, service, &address).await?;
        }
        Ok(())
    }

    async fn call(
        &self,
        method: Method,
        path: &str,
        token: &str,
        body: &Value,
    ) -> anyhow::Result<()> {
        let url = format!("{}{path}", self.url);
        let mut attempt = 1;
        loop {
            let request = self.client.request(method.clone(), &url);
            let answer = request.bearer_auth(token).json(body).send().await;
            let again = attempt < ATTEMPTS;
            match answer {
                Ok(answer) if answer.status().is_success() => return Ok(()),
                Err(_) if again => {}
                Ok(answer) if again && is_passing(answer.status()) => {}
                Err(error) => return Err(error).with_context(|| format!("{method} {path}")),
                Ok(answer) => {
                    let status = answer.status();
                    let why = answer.text().await.unwrap_or_default();
                    bail!("{method} {path}: {status} {why}")
                }
            }
            sleep(PAUSE * attempt).await;
            attempt += 1;
        }
    }
}

/// Whether another attempt may go better.
fn is_passing(status: StatusCode) -> bool {
    status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS
}
