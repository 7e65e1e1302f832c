//! The order of things.

use std::time::Duration;

use anyhow::Context;
use tokio::time::{Instant, sleep};

use super::report::{Report, Scene, Step};
use crate::cli::{CallersOptions, RunOptions, Tenants};
use crate::cluster::{Child, Costs, Installation, Starter};
use crate::limits::more;

/// What was accepted is planned within so long, or the costs are told without it.
const PLANNED_WITHIN: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Plays; what it starts ends with it.
pub(super) async fn play(
    options: CallersOptions,
    cluster: Option<(Installation, Starter)>,
    tell: fn(&str),
) -> anyhow::Result<Report> {
    let (mut urls, mut secret) = (options.url.clone(), options.secret.clone());
    let (mut installation, mut children) = (None, Vec::new());
    if let Some((own, starter)) = cluster {
        tell("starting: migrate, api, worker");
        starter.migrate(&[])?;
        let api = starter.start("api", 1, &[]).await?;
        children.push(starter.start("worker", 1, &[]).await?);
        urls = vec![api.url().to_owned()];
        children.push(api);
        secret = Some(own.jwt_secret().to_owned());
        installation = Some(own);
    }
    let load = |connections, duration| RunOptions {
        url: urls.clone(),
        token: None,
        secret: secret.clone(),
        tenants: Tenants {
            tenants: Vec::new(),
            tenant_count: Some(1),
        },
        channel: vec![options.channel],
        rate: 1,
        duration,
        users: options.users,
        recipients: 1,
        connections,
        closed: true,
        retry: false,
        idempotency_keys: options.idempotency_keys,
        retry_for: Duration::ZERO,
        ledger: None,
        pid: Vec::new(),
        json: None,
        is_quiet: true,
    };
    if let Some(first) = options
        .connections
        .first()
        .filter(|_| !options.warm_up.is_zero())
    {
        tell("warming up");
        crate::run::run(load(*first, options.warm_up)).await?;
        planned(installation.as_ref()).await?;
    }
    let mut steps = Vec::new();
    for connections in &options.connections {
        let begin = Costs::now(children.iter())?;
        let run = crate::run::run(load(*connections, options.duration)).await?;
        let planned = planned(installation.as_ref()).await?;
        let end = Costs::now(children.iter())?;
        let costs = begin.until(&end, run.notifications_accepted);
        let step = Step::of(*connections, run, planned, costs);
        tell(&step.to_string());
        steps.push(step);
    }
    for child in children.into_iter().rev() {
        Child::stop(child).await?;
    }
    let failed = steps.iter().map(Step::failed).sum();
    Ok(Report {
        missed: more("failed", failed, options.max_failed)
            .into_iter()
            .collect(),
        scene: Scene::of(&options),
        steps,
    })
}

/// Waits until everything that was accepted is planned, so that its cost counts where it was accepted; says how long
/// that took. Of a cluster that is not our own it is not known.
async fn planned(installation: Option<&Installation>) -> anyhow::Result<Option<Duration>> {
    let Some(installation) = installation else {
        return Ok(None);
    };
    let begun = Instant::now();
    while begun.elapsed() < PLANNED_WITHIN {
        let waiting = installation.sql("SELECT count(*) FROM outbox")?;
        if waiting.parse::<u64>().context("no number")? == 0 {
            break;
        }
        sleep(LOOK_EVERY).await;
    }
    Ok(Some(begun.elapsed()))
}
