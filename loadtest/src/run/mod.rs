//! Sending at a fixed rate.

mod caller;
mod note;
mod report;

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use tokio::sync::{Semaphore, mpsc};
use tokio::time::{Instant, sleep_until};

use crate::cli::RunOptions;
use crate::clock::now_us;
use crate::ledger::LedgerWriter;
use crate::process::sample;
use caller::{Answer, Caller};
use note::{bar, note};
pub(crate) use report::Report;

/// Answers that wait to be noted.
const NOTES: usize = 65_536;

/// Sends, waits for the last answer, reports.
pub(crate) async fn run(options: RunOptions) -> anyhow::Result<Report> {
    let caller = Arc::new(Caller::new(&options)?);
    let ledger = options
        .ledger
        .as_deref()
        .map(LedgerWriter::append)
        .transpose()?;
    let before = options
        .pid
        .iter()
        .map(|pid| sample(*pid))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let total = requests(&options);
    let (notes, answers) = mpsc::channel(NOTES);
    let noting = tokio::spawn(note(answers, ledger, bar(total, options.is_quiet)));
    let begun = Instant::now();
    send(&options, &caller, total, notes).await;
    let mut report = noting.await.context("the notes were lost")??;
    report.finish(begun.elapsed(), options.rate);
    for (pid, before) in options.pid.iter().zip(before) {
        report.costed(before.until(*pid, sample(*pid).ok().as_ref()));
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
        let due = begun + after;
        sleep_until(due).await;
        let due_us = begun_us + u64::try_from(after.as_micros()).unwrap_or(u64::MAX);
        let Ok(place) = Arc::clone(&places).acquire_owned().await else {
            return;
        };
        // The ledger can't be written; what is not noted proves nothing.
        if notes.is_closed() {
            return;
        }
        let (caller, notes) = (Arc::clone(caller), notes.clone());
        tokio::spawn(async move {
            let answer = caller.send(number, due, due_us).await;
            drop(place);
            // Full only for as long as the disk is slow.
            let _ = notes.send(answer).await;
        });
    }
}
