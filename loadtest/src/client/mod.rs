//! The client crate under load, while the service is stopped: each successful call must be in one inbox once.

mod inbox;
mod load;
mod verdict;

use std::sync::Arc;
use std::time::Duration;

use campanile_client::{Client, SpoolLimits};
use tokio::time::{Instant, interval, timeout};

use crate::cli::ClientOptions;
use crate::clock::unique;
use crate::cluster::Tell;
use crate::report::{Latencies, Limit, Report, Timed, Unit};
use crate::token::Signer;
use inbox::Inboxes;
use load::{End, Load};
use verdict::judge;

/// Between two lines that say how it goes.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// Calls, waits until nothing is spooled any more, reads the inboxes, reports.
pub(crate) async fn run(options: ClientOptions, say: Tell) -> anyhow::Result<Report> {
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
    let spool = client.spool_status();
    let mut report = Report::new(format!("The client, {} calls a second", options.rate));
    let of = |end| {
        let mut latencies = Latencies::default();
        let calls = calls.made.iter().filter(|call| call.end == end);
        calls.for_each(|call| latencies.record(call.took));
        latencies
    };
    let (accepted, spooled, failed) = (of(End::Accepted), of(End::Spooled), of(End::Failed));
    let made = calls.made.len() as u64;
    report.limited("calls", Unit::Count, made, Limit::AtLeast(1.0));
    report.figure("called for", Unit::Seconds, called.as_secs_f64());
    report.figure("accepted", Unit::Count, accepted.count());
    report.figure("spooled", Unit::Count, spooled.count());
    report.at_most("failed", failed.count(), 0);
    if let Some(error) = &calls.first_error {
        report.figure("first error", Unit::Text, error.as_str());
    }
    report.figure("replayed", Unit::Count, spool.replayed);
    report.at_most("refused when replayed", spool.rejected, 0);
    report.figure("in the spool at most", Unit::Count, calls.most_spooled);
    report.figure("in the spool at the end", Unit::Count, client.spooled());
    let drained_s = is_drained.then_some(drained.as_secs_f64());
    report.figure("spool empty after the last call", Unit::Seconds, drained_s);
    if !is_drained {
        report.miss("the spool was not empty within --drain");
    }
    judge(&calls, &inboxes).tell(&mut report, made);
    report.latencies([
        Timed::of("accepted, from the due time", &accepted),
        Timed::of("spooled, from the due time", &spooled),
    ]);
    client.close().await;
    report.write_json(options.json.as_deref())?;
    Ok(report)
}

/// Says how the spool stands, until it is aborted.
async fn tell(client: Client, say: Tell) {
    let (mut ticks, begun) = (interval(LINE_EVERY), Instant::now());
    loop {
        ticks.tick().await;
        let status = client.spool_status();
        say(&format!(
            "{:4} s: {} calls wait in the spool, {} replayed",
            begun.elapsed().as_secs(),
            status.entries,
            status.replayed
        ));
    }
}
