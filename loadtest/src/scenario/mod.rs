//! All of it, around a cluster of its own: start, load, join, report, clear up.
//!
//! `installation` is its place on the servers, `provider` the fake one, `cluster` the service, all
//! three as `child` processes, `accounts` what the tenants bring; `play` is the order of things, `course` and `costs` watch it,
//! `ends` asks what became of those that did not come, and `verdict` holds it against the limits.

mod accounts;
mod amqp;
mod child;
mod cluster;
mod costs;
mod course;
mod ends;
mod installation;
mod play;
mod provider;
mod verdict;

use anyhow::{Context, bail};
use tokio::signal::unix::{SignalKind, signal};

use crate::cli::ScenarioOptions;
use crate::report::Report;
pub(crate) use costs::Cost;
pub(crate) use course::Moment;
pub(crate) use ends::Ends;
use installation::Installation;

/// Plays it and writes the reports; whatever happens, servers are left as they were.
pub(crate) async fn run(options: ScenarioOptions, tell: fn(&str)) -> anyhow::Result<Report> {
    let own = std::env::current_exe().context("where am I?")?;
    let binary = cluster::binary(&options, &own)?;
    let work = options.out.join("work");
    // Ledgers grow; those of a run before this one would be joined too.
    let _ = std::fs::remove_dir_all(&work);
    std::fs::create_dir_all(&work).with_context(|| format!("--out: {}", work.display()))?;
    let (mut terminate, mut interrupt) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    let installation = Installation::create(&options).context("no database for the run")?;
    tell(&format!(
        "database, exchanges and queues: {}",
        installation.name()
    ));

    let stage = play::Stage {
        options: options.clone(),
        own,
        binary,
        work: work.clone(),
        installation: installation.clone(),
        tell,
    };
    // A task of its own, so that a panic in it ends here, and what it started is dropped.
    let mut playing = tokio::spawn(stage.play());
    let played = tokio::select! {
        played = &mut playing => Some(played),
        _ = terminate.recv() => None,
        _ = interrupt.recv() => None,
    };
    if played.is_none() {
        tell("stopping: ends the processes and clears up");
        playing.abort();
        // Its processes are gone when it is.
        let _ = (&mut playing).await;
    }
    let removed = installation.remove().await;
    let Some(played) = played else {
        removed?;
        bail!("stopped before the end");
    };
    let report = played.context("the scenario broke")??;
    removed?;
    crate::report::write(&report, &options.out)?;
    if report.missed.is_empty() {
        let _ = std::fs::remove_dir_all(&work);
    }
    Ok(report)
}
