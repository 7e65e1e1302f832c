//! Closed loops, one after the other with more callers each time: what an accept costs where callers wait for answers.
//!
//! `play` is the order of things, `report` tells it. An open loop keeps batches small as long as the service keeps
//! up; many callers at once make them large, and show what one large statement costs.

mod play;
mod report;

use anyhow::Context;

use crate::cli::CallersOptions;
use crate::cluster::{Installation, Starter, binary, guarded, work_folder};
pub(crate) use report::{Report, markdown};

/// Plays it and writes the reports; whatever happens, servers are left as they were.
pub(crate) async fn run(options: CallersOptions, tell: fn(&str)) -> anyhow::Result<Report> {
    let work = work_folder(&options.out)?;
    let mut cluster = None;
    if options.url.is_empty() {
        let own = std::env::current_exe().context("where am I?")?;
        let binary = binary(&options.servers, &own)?;
        let installation = Installation::create(&options.servers)?;
        let name = installation.name();
        tell(&format!("database, exchanges and queues: {name}"));
        let starter = Starter {
            binary,
            settings: installation.settings(),
            work: work.clone(),
        };
        cluster = Some((installation, starter));
    }
    let installation = cluster
        .as_ref()
        .map(|(installation, _)| installation.clone());
    let playing = play::play(options.clone(), cluster, tell);
    let report = guarded(installation.as_ref(), tell, playing).await?;
    report::write(&report, &options.out)?;
    if report.missed.is_empty() {
        let _ = std::fs::remove_dir_all(&work);
    }
    Ok(report)
}
