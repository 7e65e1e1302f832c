//! The client crate under load, while the service is stopped: each successful call must be in one inbox once.

mod inbox;
mod load;
mod report;
mod verdict;

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use campanile_client::{Client, SpoolLimits};
use tokio::time::{Instant, interval, timeout};

use crate::cli::ClientOptions;
use crate::clock::unique;
use crate::token::Signer;
use inbox::Inboxes;
use load::Load;
pub(crate) use report::Report;
use verdict::judge;

/// Between two lines that say how it goes.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// Calls, waits until nothing is spooled any more, reads the inboxes, reports.
pub(crate) async fn run(
    options: ClientOptions,
    say: impl Fn(String) + Send + 'static,
) -> anyhow::Result<Report> {
    let signer = Arc::new(Signer::new(&options.secret)?);
    let tokens = {
        let (signer, tenant) = (Arc::clone(&signer), options.tenant.clone());
        move || std::future::ready(signer.service(&tenant))
    };
    let client = Client::builder(&options.url)
        .token_source(tokens)
        .spool(&options.spool, SpoolLimits::default())
        .build()
        .await?;
    let saying = tokio::spawn(tell(client.clone(), say));
    let load = Load::new(&options, unique());
    let begun = Instant::now();
    let calls = load.run(&client).await?;
    let called = begun.elapsed();
    let is_drained = timeout(options.drain, client.flush()).await.is_ok();
    let drained = begun.elapsed().saturating_sub(called);
    saying.abort();
    let inboxes = Inboxes::read(&options, &signer, &load).await?;
    let mut report = Report::new(&calls, called);
    report.drained_s = is_drained.then_some(drained.as_secs_f64());
    report.replayed = client.spool_status().replayed;
    report.rejected = client.spool_status().rejected;
    report.left_in_spool = client.spooled();
    report.verdict = judge(&calls, &inboxes);
    client.close().await;
    if let Some(path) = &options.json {
        std::fs::write(path, serde_json::to_vec_pretty(&report)?)
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(report)
}

/// Says how the spool stands, until it is aborted.
async fn tell(client: Client, say: impl Fn(String)) {
    let (mut ticks, begun) = (interval(LINE_EVERY), Instant::now());
    loop {
        ticks.tick().await;
        let status = client.spool_status();
        say(format!(
            "{:4} s: {} calls wait in the spool, {} replayed",
            begun.elapsed().as_secs(),
            status.entries,
            status.replayed
        ));
    }
}
