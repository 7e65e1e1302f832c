//! Counting the answers as they come, and noting each 202 in the ledger.

use indicatif::{ProgressBar, ProgressStyle};
use tokio::sync::mpsc;

use super::Report;
use super::caller::Answer;
use crate::ledger::{Accepted, LedgerWriter};

/// Answers that are written to the ledger together.
const TOGETHER: usize = 256;

/// The line that shows how far it is.
pub(super) fn bar(total: u64, is_quiet: bool) -> ProgressBar {
    if is_quiet {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(total);
    if let Ok(style) = ProgressStyle::with_template(
        "{elapsed_precise} {bar:40} {pos}/{len} answered, {per_sec}, {eta} left",
    ) {
        bar.set_style(style);
    }
    bar
}

/// Takes answers until there are no more.
pub(super) async fn note(
    mut answers: mpsc::Receiver<Answer>,
    mut ledger: Option<LedgerWriter>,
    bar: ProgressBar,
) -> anyhow::Result<Report> {
    let mut report = Report::default();
    let mut some = Vec::with_capacity(TOGETHER);
    while answers.recv_many(&mut some, TOGETHER).await > 0 {
        bar.inc(some.len() as u64);
        for answer in some.drain(..) {
            report.repeated += u64::from(answer.repeated);
            match answer.result {
                Ok(ids) => {
                    report.accepted(answer.took, ids.len());
                    if let Some(ledger) = &mut ledger {
                        ledger.add(&Accepted {
                            tenant: answer.tenant,
                            due_at: answer.due_us,
                            accepted_at: answer.answered_us,
                            notification_ids: ids,
                        })?;
                    }
                }
                Err(why) => *report.failed.entry(why).or_default() += 1,
            }
        }
        // At once: should this process be killed, the ledger holds what it was told.
        if let Some(ledger) = &mut ledger {
            ledger.flush()?;
        }
    }
    bar.finish_and_clear();
    Ok(report)
}
