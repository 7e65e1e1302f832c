//! One send to a topic of many: how long it takes, what it costs, and that each user is notified once although the worker
//! is killed on the way.
//!
//! This is the order of things; `service` is what a calling service does, `backlog` how much stands in the outbox
//! meanwhile, `received` who received what.

mod backlog;
mod received;
mod service;

use std::time::Duration;

use anyhow::{Context, ensure};
use tokio::time::{Instant, sleep};

use crate::cli::{PeopleOptions, Provided, TopicOptions};
use crate::clock::now_us;
use crate::cluster::{Provider, Roles, Stage, Tell, experiment};
use crate::report::{Column, Limit, Report, Unit};
use backlog::Backlog;
use received::Ear;
use service::Service;

/// How often it is asked how far the send is: a kill is to come in the middle.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// Between two looks at the ledger.
const LEDGER_EVERY: Duration = Duration::from_millis(500);
/// For calls that come twice after the last one has come: more than the time after which a message that
/// a dead worker held is delivered again.
const STRAGGLERS: Duration = Duration::from_secs(35);

/// Plays it and writes the reports.
pub(crate) async fn run(options: TopicOptions, tell: Tell) -> anyhow::Result<Report> {
    let (servers, out) = (options.servers.clone(), options.out.clone());
    let shape = options.shape;
    let play = |stage| play(options, stage);
    experiment(&servers, (shape, None), &out, tell, play).await
}

/// Plays; what it starts ends with it.
async fn play(options: TopicOptions, stage: Stage) -> anyhow::Result<Report> {
    let provider = Provider::start(&stage, Provided::Push, None, 0).await?;
    stage.tell("starting");
    let mut roles = Roles::new(&stage, Some(&provider))?;
    roles
        .start_all(stage.shape, options.worker_count, Some("push"))
        .await?;
    stage.tell(&format!("registering {} devices", options.users));
    let people = PeopleOptions {
        devices: true,
        ..PeopleOptions::of(&roles.url()?, &stage.secret, 1, options.users)
    };
    crate::people::run(&people).await.context("people")?;
    // `up` is at another address when it has been killed.
    let service = |roles: &Roles| Service::new(&roles.url()?, stage.signer()?.service("default")?);
    let mut calls = service(&roles)?;
    stage.tell("subscribing");
    let begun = Instant::now();
    let subscribers = calls.subscribe(options.users).await?;
    let subscribed = begun.elapsed();
    ensure!(
        subscribers == u64::from(options.users),
        "{subscribers} are subscribed"
    );

    let mut ear = Ear::open(&provider.ledger)?;
    let backlog = stage.installation.clone().map(Backlog::watch);
    let costs = roles.costs();
    stage.tell("sending");
    let begun = Instant::now();
    let (accepted, fanout) = calls.send().await?;
    let (answered, sent_us) = (begun.elapsed(), now_us());
    let (mut kills, mut progress) = (Vec::new(), calls.progress(&fanout).await?);
    while progress.status != "done" {
        ensure!(
            begun.elapsed() < options.drain,
            "not over in time: {progress:?}"
        );
        let share = progress.accepted / u64::from(options.kills + 1);
        let killed = kills.len() as u64;
        if killed < u64::from(options.kills) && progress.expanded >= share * (killed + 1) {
            stage.tell(&format!("killing at {}", progress.expanded));
            roles.kill_worker(kills.len()).await?;
            calls = service(&roles)?;
            kills.push((begun.elapsed(), progress.expanded));
        } else {
            sleep(LOOK_EVERY).await;
        }
        progress = calls.progress(&fanout).await?;
    }
    let expanded = begun.elapsed();
    stage.tell("waiting for the last push");
    let mut received = ear.received()?;
    while received.users < accepted && begun.elapsed() < options.drain {
        sleep(LEDGER_EVERY).await;
        received = ear.received()?;
    }
    // Before the wait for what is not to come.
    let uses = costs.until(roles.costs());
    if !kills.is_empty() {
        stage.tell("waiting for what might come twice");
        sleep(STRAGGLERS).await;
        received = ear.received()?;
    }
    roles.stop().await?;
    provider.child.stop().await?;

    let mut report = Report::new(format!("A topic of {} users", options.users));
    let since = |us: u64| us.saturating_sub(sent_us) as f64;
    let per_second = |seconds: f64| accepted as f64 / seconds.max(0.001);
    let (fanout_s, last_push_s) = (expanded.as_secs_f64(), since(received.last_us) / 1e6);
    report.figure("shape", Unit::Text, options.shape.name());
    report.figure(
        "subscribing, 1,000 a call",
        Unit::Seconds,
        subscribed.as_secs_f64(),
    );
    report.figure("the send's 202", Unit::Ms, answered.as_secs_f64() * 1_000.0);
    report.figure("the first push", Unit::Ms, since(received.first_us) / 1e3);
    report.figure("all notifications made", Unit::Seconds, fanout_s);
    report.figure("notifications made", Unit::PerSecond, per_second(fanout_s));
    report.figure("the last push", Unit::Seconds, last_push_s);
    report.figure("pushes", Unit::PerSecond, per_second(last_push_s));
    report.figure("users", Unit::Count, accepted);
    if let Some(backlog) = backlog {
        report.figure("in outbox and queue at most", Unit::Count, backlog.most());
    }
    let lost = accepted.saturating_sub(received.users);
    for (what, count, limit) in [
        ("users who received nothing", lost, options.max_lost),
        ("users who were notified twice", received.twice, 0),
        ("repeated calls", received.repeated, options.max_repeated),
    ] {
        report.at_most(what, count, limit);
    }
    if kills.len() < options.kills as usize {
        report.miss("kills that came too late: the fan-out was over before them");
    }
    if progress.expanded != accepted {
        report.miss(format!("{} of {accepted} expanded", progress.expanded));
    }
    for used in uses.iter().filter(|_| options.max_memory > 0) {
        let peak_mib = used.peak_kib.map_or(0.0, |kib| kib as f64 / 1_024.0);
        let what = format!("memory of {} at most", used.name);
        report.limited(what, Unit::Mib, peak_mib, Limit::of(options.max_memory));
    }
    report.table(
        "kills",
        [
            Column::new("killed after", Unit::Seconds),
            Column::count("notifications made by then"),
        ],
        kills
            .into_iter()
            .map(|(at, expanded)| vec![at.as_secs_f64().into(), expanded.into()])
            .collect(),
    );
    report.costs("user", &uses, accepted);
    Ok(report)
}
