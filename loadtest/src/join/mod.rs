//! Joining what was accepted with what came, as often as there is something to wait for.

mod early;
mod joined;

use std::time::Duration;

use anyhow::anyhow;
use http::Method;
use tokio::time::{Instant, sleep, sleep_until};

use crate::api::{Api, answer};
use crate::cli::JoinOptions;
use crate::report::{Cell, Column, Latencies, Limit, Report, Timed, Unit};
use campanile_fakes::ledger::{Accepted, LedgerReader, Received};
use campanile_fakes::sink::Count;
pub(crate) use joined::Joined;
use joined::join;

/// How often a ledger that still grows is read again, or the sink asked.
const EVERY: Duration = Duration::from_millis(200);
/// Lost ids that are shown.
const SHOWN: usize = 20;
/// At most this share of the time goes into joining: the servers may live on the same machine.
const SHARE: u32 = 5;

/// Joins until nothing is missing or the time is over; `waiting` hears what for.
pub(crate) async fn run(options: &JoinOptions, waiting: impl Fn(&str)) -> anyhow::Result<Joined> {
    let until = Instant::now() + options.patience();
    let mut accepted = LedgerReader::open(&options.accepted)?;
    if let Some(url) = &options.wait_for_url {
        wait_for_count(url, &mut accepted, until, &waiting).await?;
    }
    let mut received = LedgerReader::<Received>::open(&options.received)?;
    let mut has_said = false;
    loop {
        let begun = Instant::now();
        let joined = join(accepted.read()?, received.read()?);
        if joined.lost.is_empty() || Instant::now() >= until {
            return Ok(joined);
        }
        if !std::mem::replace(&mut has_said, true) {
            let (missing, all) = (joined.lost.len(), joined.accepted);
            waiting(&format!("waiting for {missing} of {all} notifications"));
        }
        let pause = EVERY.max(begun.elapsed() * (SHARE - 1));
        sleep_until(until.min(Instant::now() + pause)).await;
    }
}

impl Joined {
    /// Adds what it showed to a report, and fails that for what a receiver must never see.
    pub(crate) fn tell(&self, report: &mut Report, max_doubled: Option<u64>) {
        let none = Limit::AtMost(0.0);
        report.figure("accepted", Unit::Count, self.accepted);
        report.figure("delivered", Unit::Count, self.delivered());
        match max_doubled {
            Some(max) => report.at_most("doubled", self.doubled, max),
            None => report.figure("doubled", Unit::Count, self.doubled),
        }
        report.limited("under several ids", Unit::Count, self.several_ids, none);
        report.limited("wrong signatures", Unit::Count, self.unverified, none);
        report.limited("calls before Retry-After", Unit::Count, self.early, none);
        report.figure("unknown: came without a 202", Unit::Count, self.unknown);
        report.figure("calls", Unit::Count, self.calls);
        report.figure("calls without an id", Unit::Count, self.unnamed);
    }

    /// Names some of the lost.
    pub(crate) fn name_lost(report: &mut Report, lost: &[uuid::Uuid]) {
        let mut lines: Vec<String> = lost
            .iter()
            .take(SHOWN)
            .map(|id| format!("- lost: {id}"))
            .collect();
        if let more @ 1.. = lost.len().saturating_sub(SHOWN) {
            lines.push(format!("- lost: {more} more"));
        }
        if !lines.is_empty() {
            report.text(lines.join("\n"));
        }
    }

    /// Adds what each tenant noticed, where there are several.
    pub(crate) fn tell_tenants(&self, report: &mut Report) {
        if self.by_tenant.len() < 2 {
            return;
        }
        let mut columns = vec![
            Column::text("tenant"),
            Column::count("accepted"),
            Column::count("delivered"),
        ];
        columns.extend(Latencies::columns());
        let rows = self.by_tenant.iter().map(|(tenant, share)| {
            let (accepted, delivered) = (share.accepted, share.accept_to_receipt.count());
            let mut row: Vec<Cell> =
                vec![tenant.as_str().into(), accepted.into(), delivered.into()];
            row.extend(share.accept_to_receipt.cells());
            row
        });
        report.text("From the 202 to the provider, by tenant:");
        report.table("tenants", columns, rows.collect());
    }
}

/// `campanile-loadtest join`.
pub(crate) async fn experiment(
    options: &JoinOptions,
    waiting: impl Fn(&str),
) -> anyhow::Result<Report> {
    let joined = run(options, waiting).await?;
    let mut report = Report::new("The ledgers joined");
    joined.tell(&mut report, options.max_doubled);
    report.at_most("lost", joined.lost.len(), 0);
    Joined::name_lost(&mut report, &joined.lost);
    report.latencies([
        Timed::of("202 → received", &joined.accept_to_receipt),
        Timed::of("due → received", &joined.due_to_receipt),
    ]);
    joined.tell_tenants(&mut report);
    report.write_json(options.json.as_deref())?;
    Ok(report)
}

/// Waits until as many webhooks came as notifications were accepted. An address that can't be asked
/// is an error at once: from a sink that is gone nothing more will come.
async fn wait_for_count(
    url: &str,
    accepted: &mut LedgerReader<Accepted>,
    until: Instant,
    waiting: &impl Fn(&str),
) -> anyhow::Result<()> {
    let api = Api::new(&[url])?;
    let mut has_said = false;
    loop {
        let wanted: usize = accepted
            .read()?
            .iter()
            .map(|one| one.notification_ids.len())
            .sum();
        let count = answer::<Count>(api.request(0, Method::GET, "", "")).await;
        let count = count.map_err(|refusal| anyhow!("--wait-for-url: {refusal}"))?;
        if count.distinct_ids >= wanted as u64 || Instant::now() >= until {
            return Ok(());
        }
        if !std::mem::replace(&mut has_said, true) {
            waiting(&format!("{} of {wanted} webhooks came", count.distinct_ids));
        }
        sleep(EVERY).await;
    }
}
