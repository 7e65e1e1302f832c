//! Closed loops, one after the other with more callers each time: what an accept costs where callers wait for answers.
//!
//! An open loop keeps batches small as long as the service keeps up; many callers at once make them large, and show
//! what one large statement costs.

use std::time::Duration;

use anyhow::Context;
use tokio::time::{Instant, sleep};

use crate::cli::{CallersOptions, RunOptions, Shape, Tenants};
use crate::cluster::{Installation, Roles, Stage, Tell, experiment};
use crate::report::{Cell, Column, Costs, Report, Unit};

/// What was accepted is planned within so long, or the costs are reported without it.
const PLANNED_WITHIN: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Plays it and writes the reports.
pub(crate) async fn run(options: CallersOptions, tell: Tell) -> anyhow::Result<Report> {
    let (servers, out) = (options.servers.clone(), options.out.clone());
    let elsewhere = options.elsewhere.clone();
    let play = |stage| play(options, stage);
    experiment(&servers, elsewhere.shape(), &out, tell, play).await
}

async fn play(options: CallersOptions, stage: Stage) -> anyhow::Result<Report> {
    let (mut urls, mut roles) = (options.elsewhere.url.clone(), None);
    if stage.shape == Shape::Cluster {
        stage.tell("starting: migrate, api, worker");
        let mut started = Roles::new(&stage, None)?;
        started.start_all(stage.shape, 1, None).await?;
        urls = started.urls();
        roles = Some(started);
    }
    let installation = stage.installation.as_ref();
    let load = |connections, duration| RunOptions {
        url: urls.clone(),
        secret: Some(stage.secret.clone()),
        tenants: Tenants::count(1),
        channel: vec![options.channel],
        duration,
        users: options.users,
        recipients: 1,
        connections,
        closed: true,
        idempotency_keys: options.idempotency_keys,
        is_quiet: true,
        ..RunOptions::default()
    };
    let first = options
        .connections
        .first()
        .filter(|_| !options.warm_up.is_zero());
    if let Some(first) = first {
        stage.tell("warming up");
        crate::run::run(load(*first, options.warm_up)).await?;
        planned(installation).await?;
    }
    let costs = || {
        let roles = roles.as_ref().map(Roles::costs);
        roles.unwrap_or_default().and_servers()
    };
    let mut columns = vec![
        Column::count("callers"),
        Column::new("notifications", Unit::PerSecond),
        Column::new("p50", Unit::Ms),
        Column::new("p99", Unit::Ms),
        Column::count("failed"),
        Column::new("CPU per notification", Unit::CpuUs),
    ];
    columns.extend(costs().names().map(|name| Column::new(name, Unit::CpuUs)));
    let (mut rows, mut failed) = (Vec::new(), 0);
    for connections in &options.connections {
        let begin: Costs = costs();
        let run = crate::run::run(load(*connections, options.duration)).await?;
        planned(installation).await?;
        let uses = begin.until(costs());
        let (latencies, count) = (&run.answers.latencies, run.notifications);
        stage.tell(&format!(
            "{connections} callers: {:.0}/s, {latencies}",
            run.rate()
        ));
        failed += run.answers.failures();
        let [p50, _, p99, _] = latencies.cells();
        let all: f64 = uses.iter().filter_map(|used| used.each(count)).sum();
        let failures = run.answers.failures();
        let row: [Cell; 6] = [
            (*connections).into(),
            run.rate().into(),
            p50,
            p99,
            failures.into(),
            all.into(),
        ];
        let each = uses.iter().map(|used| Cell::from(used.each(count)));
        rows.push(row.into_iter().chain(each).collect());
    }
    if let Some(roles) = roles {
        roles.stop().await?;
    }
    let mut report = Report::new("Callers who wait for their answers");
    report.at_most("failed requests", failed, options.max_failed);
    report.table("steps", columns, rows);
    report.text(format!(
        "{} users, channel {}, {:.0} s a step. Latency counts from the moment a request was sent (closed loop). CPU counts until all of a step was planned; of servers it counts all processes of their name.",
        options.users,
        options.channel.name(),
        options.duration.as_secs_f64()
    ));
    Ok(report)
}

/// Waits until everything that was accepted is planned, so that its cost counts where it was accepted. Of a cluster that
/// is not our own it is not known.
async fn planned(installation: Option<&Installation>) -> anyhow::Result<()> {
    let Some(installation) = installation else {
        return Ok(());
    };
    let begun = Instant::now();
    while begun.elapsed() < PLANNED_WITHIN {
        let waiting = installation.sql("SELECT count(*) FROM outbox")?;
        if waiting.parse::<u64>().context("no number")? == 0 {
            break;
        }
        sleep(LOOK_EVERY).await;
    }
    Ok(())
}
