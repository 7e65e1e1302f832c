//! Sending at a fixed rate, or as fast as the answers come.

mod caller;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::Context;
use indicatif::ProgressBar;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::cli::RunOptions;
use crate::clock::now_us;
use crate::pace::{Pace, Turn, requests};
use crate::progress::bar;
use crate::report::{Answers, Costs, Report, Timed, Unit, command};
use caller::{Answer, Caller};
use campanile_fakes::ledger::{Accepted, LedgerWriter};

/// Answers that wait to be noted.
const NOTES: usize = 65_536;
/// Answers that are written to the ledger together.
const TOGETHER: usize = 256;

/// What a run showed.
#[derive(Debug, Default)]
pub(crate) struct Run {
    pub(crate) answers: Answers,
    pub(crate) notifications: u64,
    /// Requests that were sent again.
    repeated: u64,
    took: Duration,
}

impl Run {
    /// Requests that were accepted.
    pub(crate) fn accepted(&self) -> u64 {
        self.answers.latencies.count()
    }

    /// Notifications a second that were accepted.
    pub(crate) fn rate(&self) -> f64 {
        self.notifications as f64 / self.took.as_secs_f64().max(0.001)
    }

    /// Adds what it showed to a report.
    pub(crate) fn tell(&self, report: &mut Report) {
        report.figure("rate reached", Unit::PerSecond, self.rate());
        report.figure("requests accepted", Unit::Count, self.accepted());
        report.figure("notifications accepted", Unit::Count, self.notifications);
        report.failures("", &self.answers);
        if self.accepted() == 0 {
            report.miss("not one request was accepted");
        }
    }
}

/// `campanile-loadtest run`.
pub(crate) async fn experiment(options: RunOptions) -> anyhow::Result<Report> {
    let names = options
        .pid
        .iter()
        .map(|pid| Ok((format!("{} ({pid})", command(*pid)?), *pid)));
    let names = names.collect::<anyhow::Result<Vec<_>>>().context("--pid")?;
    let costs = || Costs::of(names.iter().map(|(name, pid)| (name.as_str(), *pid)));
    let (begin, json) = (costs(), options.json.clone());
    let rate = match options.closed {
        true => format!("{} callers", options.connections),
        false => format!("{}/s", options.rate),
    };
    let since = match options.closed {
        true => "accept, from the request",
        false => "accept, from the due time",
    };
    let run = run(options).await?;
    let mut report = Report::new(format!("{rate} for {:.0} s", run.took.as_secs_f64()));
    run.tell(&mut report);
    report.figure("requests repeated", Unit::Count, run.repeated);
    report.latencies([Timed::of(since, &run.answers.latencies)]);
    report.costs("notification", &begin.until(costs()), run.notifications);
    report.write_json(json.as_deref())?;
    Ok(report)
}

/// Sends, and waits for the last answer.
pub(crate) async fn run(options: RunOptions) -> anyhow::Result<Run> {
    let caller = Arc::new(Caller::new(&options)?);
    let ledger = options
        .ledger
        .as_deref()
        .map(LedgerWriter::append)
        .transpose()?;
    let total = match options.closed {
        true => 0,
        false => requests(options.duration, options.rate),
    };
    let (notes, answers) = mpsc::channel(NOTES);
    let bar = match options.is_quiet {
        true => ProgressBar::hidden(),
        false => bar(total, "answered"),
    };
    let noting = tokio::spawn(note(answers, ledger, bar));
    let begun = Instant::now();
    if options.closed {
        send_closed(&options, &caller, notes).await;
    } else {
        send_open(&options, &caller, total, notes).await;
    }
    let run = noting.await.context("the notes were lost")??;
    Ok(Run {
        took: begun.elapsed(),
        ..run
    })
}

/// The open loop: sends each when it is due.
async fn send_open(
    options: &RunOptions,
    caller: &Arc<Caller>,
    total: u64,
    notes: mpsc::Sender<Answer>,
) {
    let pace = Pace {
        begun: Instant::now(),
        rate: options.rate,
        total,
        places: Arc::new(Semaphore::new(options.connections as usize)),
    };
    let (begun, begun_us, caller) = (pace.begun, now_us(), Arc::clone(caller));
    pace.keep(move |Turn { number, due, place }| {
        // The ledger can't be written; what is not noted proves nothing.
        if notes.is_closed() {
            return None;
        }
        let after = (due - begun).as_micros();
        let due_us = begun_us + u64::try_from(after).unwrap_or(u64::MAX);
        let (caller, notes) = (Arc::clone(&caller), notes.clone());
        Some(async move {
            let answer = caller.send(number, due, due_us).await;
            drop(place);
            // Full only for as long as the disk is slow.
            let _ = notes.send(answer).await;
        })
    })
    .await;
}

/// The closed loop: as many callers as connections, who send the next when the last is answered, for as long as was
/// asked; each ends with the answer to its last.
async fn send_closed(options: &RunOptions, caller: &Arc<Caller>, notes: mpsc::Sender<Answer>) {
    let until = Instant::now() + options.duration;
    let next = Arc::new(AtomicU64::new(0));
    let mut callers = JoinSet::new();
    for _ in 0..options.connections {
        let (caller, next, notes) = (Arc::clone(caller), Arc::clone(&next), notes.clone());
        callers.spawn(async move {
            while Instant::now() < until {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let answer = caller.send(number, Instant::now(), now_us()).await;
                if notes.send(answer).await.is_err() {
                    return;
                }
            }
        });
    }
    callers.join_all().await;
}

/// Counts the answers as they come, and notes each 202 in the ledger.
async fn note(
    mut answers: mpsc::Receiver<Answer>,
    mut ledger: Option<LedgerWriter>,
    bar: ProgressBar,
) -> anyhow::Result<Run> {
    let mut run = Run::default();
    let mut some = Vec::with_capacity(TOGETHER);
    while answers.recv_many(&mut some, TOGETHER).await > 0 {
        bar.inc(some.len() as u64);
        for answer in some.drain(..) {
            run.repeated += u64::from(answer.repeated);
            let ids = answer.result.as_ref().map_or(0, Vec::len);
            run.notifications += ids as u64;
            if let (Some(ledger), Ok(ids)) = (&mut ledger, &answer.result) {
                ledger.add(&Accepted {
                    tenant: answer.tenant,
                    due_at: answer.due_us,
                    accepted_at: answer.answered_us,
                    notification_ids: ids.clone(),
                })?;
            }
            run.answers.add(answer.took, answer.result.map(drop));
        }
        // At once: should this process be killed, the ledger holds what was written to it.
        if let Some(ledger) = &mut ledger {
            ledger.flush()?;
        }
    }
    bar.finish_and_clear();
    Ok(run)
}
