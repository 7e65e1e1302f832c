//! Sending at a fixed rate.

mod caller;
mod report;

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};
use tokio::sync::{Semaphore, mpsc};
use tokio::time::{Instant, sleep_until};

use crate::cli::RunOptions;
use crate::clock::now_us;
use crate::ledger::{Ledger, Promised};
use crate::process::sample;
use caller::{Answer, Caller};
pub(crate) use report::Report;

/// Answers that wait to be noted.
const NOTES: usize = 65_536;

/// Sends, waits for the last answer, reports.
pub(crate) async fn run(options: RunOptions) -> anyhow::Result<Report> {
    let caller = Arc::new(Caller::new(&options)?);
    let ledger = options.ledger.as_deref().map(Ledger::append).transpose()?;
    let before = options
        .pid
        .iter()
        .map(|pid| sample(*pid))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let total = requests(&options);
    let (notes, answers) = mpsc::channel(NOTES);
    let noting = tokio::spawn(note(answers, ledger, total));
    let begun = Instant::now();
    send(&options, &caller, total, notes).await;
    let mut report = noting.await.context("the notes were lost")??;
    report.finish(begun.elapsed(), options.rate);
    for (pid, before) in options.pid.iter().zip(before) {
        // A process that was killed in the meantime has no cost to report.
        if let Ok(after) = sample(*pid) {
            report.processes.push(before.until(*pid, &after));
        }
    }
    if let Some(path) = &options.json {
        std::fs::write(path, serde_json::to_vec_pretty(&report)?)
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(report)
}

fn requests(options: &RunOptions) -> u64 {
    (options.duration.as_secs_f64() * f64::from(options.rate)).ceil() as u64
}

/// Starts each request when it is due. One that finds no place waits here, and so do those behind
/// it; all of them grow old from the moment they were due.
async fn send(options: &RunOptions, caller: &Arc<Caller>, total: u64, notes: mpsc::Sender<Answer>) {
    let places = Arc::new(Semaphore::new(options.connections as usize));
    let (begun, begun_us) = (Instant::now(), now_us());
    for number in 0..total {
        let after = Duration::from_secs_f64(number as f64 / f64::from(options.rate));
        sleep_until(begun + after).await;
        let due_us = begun_us + u64::try_from(after.as_micros()).unwrap_or(u64::MAX);
        let Ok(place) = Arc::clone(&places).acquire_owned().await else {
            return;
        };
        let (caller, notes) = (Arc::clone(caller), notes.clone());
        tokio::spawn(async move {
            let answer = caller.send(number, due_us).await;
            drop(place);
            // Full only for as long as the disk is slow.
            let _ = notes.send(answer).await;
        });
    }
}

async fn note(
    mut answers: mpsc::Receiver<Answer>,
    mut ledger: Option<Ledger>,
    total: u64,
) -> anyhow::Result<Report> {
    let bar = ProgressBar::new(total);
    if let Ok(style) = ProgressStyle::with_template(
        "{elapsed_precise} {bar:40} {pos}/{len} answered, {per_sec}, {eta} left",
    ) {
        bar.set_style(style);
    }
    let mut report = Report::default();
    while let Some(Answer {
        due_us,
        answered_us,
        repeated,
        result,
    }) = answers.recv().await
    {
        bar.inc(1);
        report.repeated += u64::from(repeated);
        match result {
            Ok(ids) => {
                report.accepted(due_us, answered_us, ids.len());
                if let Some(ledger) = &mut ledger {
                    ledger.add(&Promised {
                        due_us,
                        accepted_us: answered_us,
                        ids,
                    })?;
                }
            }
            Err(why) => *report.failed.entry(why).or_default() += 1,
        }
    }
    bar.finish_and_clear();
    Ok(report)
}
