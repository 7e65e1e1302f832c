//! Registering the people that the load is about, through the API as their apps and services would.
//!
//! What is there already is refreshed, so it may be asked for again after a fault.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Context;
use http::Method;
use indicatif::ProgressBar;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::api::Api;
use crate::cli::PeopleOptions;
use crate::population::Population;
use crate::progress::bar;
use crate::token::Signer;

struct Registrar {
    api: Api,
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
    let services = people.tenants().iter().map(|tenant| signer.service(tenant));
    let count = people.users();
    let registrar = Arc::new(Registrar {
        api: Api::new(&[&options.url])?,
        services: services.collect::<Result<_, _>>()?,
        signer,
        people,
        devices: options.wants_devices(),
        mail: options.mail,
        next: AtomicU64::new(0),
        bar: bar(count, "people"),
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
            self.call(
                Method::PUT,
                &format!("/api/v1/users/{user}"),
                service,
                &address,
            )
            .await?;
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
        self.api
            .insist::<Value>(method, path, token, Some(body))
            .await
            .map(drop)
    }
}
