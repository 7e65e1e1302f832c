//! Sending at a fixed rate, or as fast as the answers come.

mod caller;
mod closed;
mod note;
mod report;

use std::sync::Arc;

use anyhow::Context;
use tokio::sync::{Semaphore, mpsc};
use tokio::time::Instant;

use crate::cli::RunOptions;
use crate::clock::now_us;
use crate::ledger::LedgerWriter;
use crate::pace::{Pace, Turn, requests};
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
    let total = match options.closed {
        true => 0,
        false => requests(options.duration, options.rate),
    };
    let (notes, answers) = mpsc::channel(NOTES);
    let noting = tokio::spawn(note(answers, ledger, bar(total, options.is_quiet)));
    let begun = Instant::now();
    if options.closed {
        closed::send(&options, &caller, notes).await;
    } else {
        send(&options, &caller, total, notes).await;
    }
    let mut report = noting.await.context("the notes were lost")??;
    let rate = (!options.closed).then_some(options.rate);
    report.finish(begun.elapsed(), rate);
    for (pid, before) in options.pid.iter().zip(before) {
        report.costed(before.until(*pid, sample(*pid).ok().as_ref()));
    }
    if let Some(path) = &options.json {
        std::fs::write(path, serde_json::to_vec_pretty(&report)?)
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(report)
}

/// Sends each when it is due.
async fn send(options: &RunOptions, caller: &Arc<Caller>, total: u64, notes: mpsc::Sender<Answer>) {
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
