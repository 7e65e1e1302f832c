//! Joining what was accepted with what came, as often as there is something to wait for.

mod by_tenant;
mod early;
mod joined;
mod report;

use std::time::Duration;

use anyhow::Context;
use tokio::time::{Instant, sleep, sleep_until};

use crate::cli::JoinOptions;
use crate::ledger::{Accepted, LedgerReader, Received};
use crate::sink::Count;
pub(crate) use by_tenant::TenantShare;
use joined::join;
pub(crate) use report::Joined;

/// How often a ledger that still grows is read again, or the sink asked.
const EVERY: Duration = Duration::from_millis(200);
/// For an answer of the sink.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);
/// At most this share of the time goes into joining: the servers may live on the same machine.
const SHARE: u32 = 5;

/// Joins until nothing is missing or the time is over; `waiting` is told what for.
pub(crate) async fn run(options: &JoinOptions, waiting: impl Fn(String)) -> anyhow::Result<Joined> {
    let until = Instant::now() + options.patience();
    let mut accepted = LedgerReader::open(&options.accepted)?;
    if let Some(url) = &options.wait_for_url {
        wait_for_count(url, &mut accepted, until, &waiting).await?;
    }
    let mut received = LedgerReader::<Received>::open(&options.received)?;
    let mut told = false;
    let joined = loop {
        let begun = Instant::now();
        let joined = join(accepted.read()?, received.read()?, options.max_doubled);
        if joined.lost.is_empty() || Instant::now() >= until {
            break joined;
        }
        if !std::mem::replace(&mut told, true) {
            let (missing, all) = (joined.lost.len(), joined.accepted);
            waiting(format!("waiting for {missing} of {all} notifications"));
        }
        let pause = EVERY.max(begun.elapsed() * (SHARE - 1));
        sleep_until(until.min(Instant::now() + pause)).await;
    };
    if let Some(path) = &options.json {
        std::fs::write(path, serde_json::to_vec_pretty(&joined)?)
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(joined)
}

/// Waits until as many webhooks came as notifications were accepted. An address that can't be asked
/// is an error at once: from a sink that is gone nothing more will come.
async fn wait_for_count(
    url: &str,
    accepted: &mut LedgerReader<Accepted>,
    until: Instant,
    waiting: &impl Fn(String),
) -> anyhow::Result<()> {
    let client = reqwest::Client::builder()
        .timeout(ANSWER_WITHIN)
        .no_proxy()
        .build()
        .context("no HTTP client")?;
    let mut told = false;
    loop {
        let wanted: usize = accepted
            .read()?
            .iter()
            .map(|one| one.notification_ids.len())
            .sum();
        let asked = async {
            let answer = client.get(url).send().await?.error_for_status()?;
            answer.json::<Count>().await
        };
        let count = asked.await.context("--wait-for-url")?;
        if count.distinct_ids >= wanted as u64 || Instant::now() >= until {
            return Ok(());
        }
        if !std::mem::replace(&mut told, true) {
            waiting(format!("{} of {wanted} webhooks came", count.distinct_ids));
        }
        sleep(EVERY).await;
    }
}
