//! One send to a topic of many: how long it takes, what it costs, and that each user is told once
//! although the worker is killed on the way.
//!
//! `place` is what is started and killed, `service` what a calling service does, `backlog` how much
//! stands in the outbox meanwhile, `told` who heard what; `play` is the order of things, `verdict`
//! holds it against the limits, `report` tells it.

mod backlog;
mod place;
mod play;
mod report;
mod service;
mod told;
mod verdict;

use anyhow::Context;

use crate::cli::{Shape, TopicOptions};
use crate::cluster::{Installation, binary, guarded, work_folder};
pub(crate) use report::{Report, markdown};

/// Plays it and writes the reports; whatever happens, servers are left as they were.
pub(crate) async fn run(options: TopicOptions, tell: fn(&str)) -> anyhow::Result<Report> {
    let own = std::env::current_exe().context("where am I?")?;
    let binary = binary(&options.servers, &own)?;
    let work = work_folder(&options.out)?;
    let installation = match options.shape {
        Shape::Cluster => Some(Installation::create(&options.servers)?),
        Shape::Up => None,
    };
    if let Some(installation) = &installation {
        let name = installation.name();
        tell(&format!("database, exchanges and queues: {name}"));
    }
    let stage = play::Stage {
        options: options.clone(),
        own,
        binary,
        work: work.clone(),
        installation: installation.clone(),
        tell,
    };
    let report = guarded(installation.as_ref(), tell, stage.play()).await?;
    report::write(&report, &options.out)?;
    if report.missed.is_empty() {
        let _ = std::fs::remove_dir_all(&work);
    }
    Ok(report)
}
