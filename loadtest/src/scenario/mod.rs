//! All of it, around a cluster of its own: start, load, join, report, clear up.
//!
//! `provider` is the fake one, `roles` the service, `accounts` what the tenants bring; `play` is the
//! order of things, `course` watches it, `ends` asks what became of those that did not come, and `verdict` holds it against the limits.

mod accounts;
mod course;
mod ends;
mod play;
mod provider;
mod roles;
mod verdict;

use anyhow::Context;

use crate::cli::ScenarioOptions;
use crate::cluster::{Installation, binary, guarded, work_folder};
use crate::report::Report;
pub(crate) use course::Moment;
pub(crate) use ends::Ends;
pub(crate) use provider::PushProvider;

/// Plays it and writes the reports; whatever happens, servers are left as they were.
pub(crate) async fn run(options: ScenarioOptions, tell: fn(&str)) -> anyhow::Result<Report> {
    let own = std::env::current_exe().context("where am I?")?;
    let binary = binary(&options.servers, &own)?;
    let work = work_folder(&options.out)?;
    let installation = Installation::create(&options.servers).context("no database for the run")?;
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
    let report = guarded(Some(&installation), tell, stage.play()).await?;
    crate::report::write(&report, &options.out)?;
    if report.missed.is_empty() {
        let _ = std::fs::remove_dir_all(&work);
    }
    Ok(report)
}
