//! Inboxes under load: how fast they are read while they are written to, and how fresh the answers are.
//!
//! `place` is the cluster and `fill` what lies in it; `mix` says which request is next, `caller` makes
//! it, `load` at its time, `tally` counts. `hits` reads the cache's figures, `freshness` looks for
//! answers that are too old (with `outage` between the service and Redis), `deep` turns a thousand
//! pages. `play` is the order of things, `verdict` holds it against the limits, `report` tells it.

mod caller;
mod deep;
mod fill;
mod freshness;
mod hits;
mod load;
mod mix;
mod outage;
mod people;
mod place;
mod play;
mod report;
mod tally;
mod verdict;

use crate::cli::InboxOptions;
use crate::cluster::{Installation, guarded, work_folder};
pub(crate) use report::{Report, markdown};

/// Plays it and writes the reports; whatever happens, servers are left as they were.
pub(crate) async fn run(options: InboxOptions, tell: fn(&str)) -> anyhow::Result<Report> {
    verdict::sensible(&options)?;
    let work = work_folder(&options.out)?;
    let installation = match options.url.is_empty() {
        true => Some(Installation::create(&options.servers)?),
        false => None,
    };
    if let Some(installation) = &installation {
        tell(&format!(
            "database, exchanges and queues: {}",
            installation.name()
        ));
    }
    let playing = play::play(options.clone(), installation.clone(), work.clone(), tell);
    let report = guarded(installation.as_ref(), tell, playing).await?;
    report::write(&report, &options.out)?;
    if report.missed.is_empty() {
        let _ = std::fs::remove_dir_all(&work);
    }
    Ok(report)
}
