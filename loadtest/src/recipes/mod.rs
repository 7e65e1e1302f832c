//! Ten services that recipes describe, all at once and beside pushes, while one of them takes connections and answers nothing: what the
//! others notice of it.
//!
//! This is the order of things; `service` is a service with its recipe, `phases` says how long what took.

mod phases;
mod service;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use http::Method;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::api::Api;
use crate::cli::{PeopleOptions, Provided, RecipesOptions, RunOptions, Shape, Tenants};
use crate::clock::now_us;
use crate::cluster::{Provider, Roles, Stage, Tell, experiment};
use crate::report::{Report, Unit};
use phases::{Phases, Way};
use service::Service;

/// Between two looks at the ledgers.
const LOOK_EVERY: Duration = Duration::from_millis(500);
const PUSH: &str = "push";

/// Plays it and writes the reports.
pub(crate) async fn run(options: RecipesOptions, tell: Tell) -> anyhow::Result<Report> {
    let (servers, out) = (options.servers.clone(), options.out.clone());
    let play = |stage| play(options, stage);
    experiment(&servers, (Shape::Cluster, None), &out, tell, play).await
}

/// Plays; what it starts ends with it.
async fn play(options: RecipesOptions, stage: Stage) -> anyhow::Result<Report> {
    let provider = Provider::start(&stage, Provided::Push, None, 0).await?;
    let folder = stage.work.join("recipes");
    std::fs::create_dir_all(&folder).context("--out")?;
    let mut services = Vec::new();
    for number in 0..options.services {
        services.push(Service::start(&stage, &folder, number).await?);
    }
    stage.tell("starting: migrate, api, worker");
    let roles = roles(&options, &stage, &provider, &services, &folder).await?;
    stage.tell(&format!("registering {} people", options.users));
    let people = PeopleOptions {
        devices: true,
        ..PeopleOptions::of(&roles.url()?, &stage.secret, 1, options.users)
    };
    crate::people::run(&people).await.context("people")?;

    let mut loads = JoinSet::new();
    let each = (options.rate / options.services).max(1);
    let (begun, begun_us) = (Instant::now(), now_us());
    let names = services.iter().map(|one| (one.name.clone(), each));
    let names = names.chain([(PUSH.to_owned(), options.push_rate)]);
    for (name, rate) in names {
        let load = load(&options, &stage, &roles, &name, rate);
        loads.spawn(async move { crate::run::run(load).await.context(name) });
    }
    let costs = || roles.costs().and_servers();
    let begin = costs();
    sleep(options.quiet).await;
    stage.tell(&format!("{} answers nothing", services[0].name));
    // The kernel goes on taking connections for it.
    services[0].child.signal("STOP")?;
    let silent_us = now_us();
    sleep(options.silence).await;
    services[0].child.signal("CONT")?;
    let over_us = now_us();
    stage.tell(&format!("{} answers again", services[0].name));
    let mut failed = 0;
    let mut notifications = 0;
    while let Some(load) = loads.join_next().await {
        let load = load.context("a load broke")??;
        failed += load.answers.failures();
        notifications += load.notifications;
    }
    let took = begun.elapsed();
    let uses = begin.until(costs());

    stage.tell("waiting for what is missing");
    let phases = Phases {
        quiet: begun_us + us(options.warm_up)..silent_us,
        silent: silent_us..over_us,
        after: over_us..u64::MAX,
    };
    let until = Instant::now() + options.drain;
    let ways = loop {
        let ways = ways(&stage, &services, &provider)?;
        let missing: u64 = ways.iter().map(|way| way.lost).sum();
        if missing == 0 || Instant::now() > until {
            break ways;
        }
        sleep(LOOK_EVERY).await;
    };
    roles.stop().await?;
    for service in services {
        service.child.stop().await?;
    }
    provider.child.stop().await?;

    let seconds = took.as_secs_f64();
    let title = format!(
        "{} services at {}/s beside {}/s pushes, one of them silent for {:.0} s",
        options.services,
        each * options.services,
        options.push_rate,
        options.silence.as_secs_f64()
    );
    let mut report = Report::new(title);
    report.figure("notifications accepted", Unit::Count, notifications);
    report.figure(
        "rate reached",
        Unit::PerSecond,
        notifications as f64 / seconds.max(0.001),
    );
    report.at_most("failed requests", failed, 0);
    phases.tell(&mut report, &ways, options.max_factor);
    report.costs("notification", &uses, notifications);
    Ok(report)
}

/// Starts all roles on an empty database; all accounts are there before the first worker asks for them.
async fn roles(
    options: &RecipesOptions,
    stage: &Stage,
    provider: &Provider,
    services: &[Service],
    folder: &Path,
) -> anyhow::Result<Roles> {
    let mut roles = Roles::new(stage, Some(provider))?;
    roles.set(
        "CAMPANILE_RECIPES",
        folder.to_str().context("--out: not UTF-8")?,
    );
    roles.migrate(&[])?;
    roles.start_apis(1).await?;
    let (api, signer) = (Api::new(&roles.urls())?, stage.signer()?);
    let token = signer.token("default", "loadtest", "admin")?;
    for service in services {
        let path = format!("/api/v1/admin/providers/{}", service.name);
        let set =
            api.insist::<serde_json::Value>(Method::PUT, &path, &token, Some(&service.account));
        set.await
            .with_context(|| format!("the provider of {}", service.name))?;
    }
    let mut channels: Vec<&str> = services.iter().map(|one| one.name.as_str()).collect();
    channels.push(PUSH);
    let channels = channels.join(",");
    roles
        .start_workers(options.worker_count, Some(&channels))
        .await?;
    Ok(roles)
}

fn load(
    options: &RecipesOptions,
    stage: &Stage,
    roles: &Roles,
    channel: &str,
    rate: u32,
) -> RunOptions {
    RunOptions {
        url: roles.urls(),
        secret: Some(stage.secret.clone()),
        tenants: Tenants::count(1),
        recipe: vec![channel.to_owned()],
        rate,
        duration: options.quiet + options.silence + options.after,
        users: options.users,
        recipients: 1,
        connections: options.connections,
        ledger: Some(accepted(stage, channel)),
        is_quiet: true,
        ..RunOptions::default()
    }
}

fn accepted(stage: &Stage, channel: &str) -> PathBuf {
    stage.work.join(format!("accepted-{channel}.jsonl"))
}

/// What became of each channel's notifications until now; the silent one is the first.
fn ways(stage: &Stage, services: &[Service], provider: &Provider) -> anyhow::Result<Vec<Way>> {
    let of_services = services
        .iter()
        .map(|one| (one.name.as_str(), one.ledger.as_path()));
    let all = of_services.chain([(PUSH, provider.ledger.as_path())]);
    all.map(|(name, ledger)| Way::read(name, &accepted(stage, name), ledger))
        .collect()
}

fn us(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
