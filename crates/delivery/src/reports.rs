//! Reports what this worker knows and the API does not: whether the queue works, which channels have accounts, and
//! how much was sent.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use campanile_domain::WorkerId;
use campanile_storage::WorkerReport;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::DeliveryParts;
use crate::tally::Tally;
use crate::trouble::Trouble;

static TROUBLE: Trouble = Trouble::of(
    "reporting health figures",
    "the health endpoint shows old figures",
);

/// How soon a change is reported.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How often an unchanged report is repeated: the row may have been removed while this process hung.
const REPEAT_AFTER: Duration = Duration::from_secs(60);

/// Reports the changes.
pub(crate) struct Reporter {
    pub(crate) parts: DeliveryParts,
    pub(crate) worker: WorkerId,
    pub(crate) tally: Arc<Tally>,
}

impl Reporter {
    /// Writes on change only, until the stop signal.
    pub(crate) async fn run(self: Arc<Self>, stop: CancellationToken) {
        let mut last: Option<(WorkerReport, Instant)> = None;
        loop {
            let report = self.report().await;
            let stands = last.as_ref().is_some_and(|(before, at)| {
                report.hours.is_empty()
                    && (before.queue_up, &before.channels) == (report.queue_up, &report.channels)
                    && at.elapsed() < REPEAT_AFTER
            });
            if !stands && self.tell(&report).await {
                last = Some((report, Instant::now()));
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
    }

    /// Reports what was counted since the last time.
    pub(crate) async fn tell_the_rest(&self) {
        let report = self.report().await;
        if !report.hours.is_empty() {
            self.tell(&report).await;
        }
    }

    async fn report(&self) -> WorkerReport {
        let accounts = self.parts.accounts.all();
        // Others ask whether somebody delivers through a channel.
        let channels = accounts.iter().map(|account| account.channel());
        let channels: BTreeSet<_> = channels.filter(|channel| channel.is_served()).collect();
        WorkerReport {
            queue_up: self.parts.queue.health().await.up,
            channels,
            hours: self.tally.unreported(),
        }
    }

    async fn tell(&self, report: &WorkerReport) -> bool {
        let stored = self.parts.storage.report(self.worker, report).await;
        let is_stored = TROUBLE.note(stored).is_ok();
        if is_stored {
            self.tally.reported(&report.hours);
        }
        is_stored
    }
}
