//! Publishes dispatches again that a dead worker held or the queue lost.

use std::time::Duration;

use campanile_telemetry::metrics;
use chrono::TimeDelta;
use tokio_util::sync::CancellationToken;

use crate::DeliveryParts;
use crate::heartbeat::SILENT_AFTER;
use crate::publish::publish;
use crate::trouble::Trouble;

static TROUBLE: Trouble = Trouble::of("publishing overdue dispatches again", "it will be retried");

/// How often it looks.
const EVERY: Duration = Duration::from_secs(1);
/// Dispatches in one turn.
const LIMIT: u32 = 256;

/// Runs until the stop signal.
pub(crate) async fn run(parts: DeliveryParts, stop: CancellationToken) {
    let silent_after = TimeDelta::from_std(SILENT_AFTER).expect("30 s fits");
    loop {
        let now = parts.clock.now();
        let due = parts.storage.take_due(now, now - silent_after, LIMIT).await;
        if let Ok(due) = TROUBLE.note(due) {
            if !due.is_empty() {
                // Every second while the queue is unavailable; the counter has the number.
                tracing::debug!(
                    dispatches = due.len(),
                    "publishing overdue dispatches again"
                );
                metrics()
                    .dispatches_rung_again_total
                    .inc_by(due.len() as u64);
            }
            publish(&parts, &due).await;
            if due.len() == LIMIT as usize && !stop.is_cancelled() {
                continue;
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}
