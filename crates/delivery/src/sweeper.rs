//! Publishes dispatches again that a dead worker held or the queue lost; those of channels that are no longer served end.

use std::time::Duration;

use campanile_telemetry::metrics;
use tokio_util::sync::CancellationToken;

use crate::DeliveryParts;
use crate::heartbeat::silent_since;
use crate::publish::publish;
use crate::trouble::Trouble;
use crate::unserved;

static TROUBLE: Trouble = Trouble::of("publishing overdue dispatches again", "it will be retried");

static UNSERVED: Trouble = Trouble::of(
    "ending deliveries of channels that are no longer served",
    "it will be retried",
);

/// How often it looks.
const EVERY: Duration = Duration::from_secs(1);
/// Dispatches in one turn.
const LIMIT: u32 = 256;

/// Runs until the stop signal.
pub(crate) async fn run(parts: DeliveryParts, stop: CancellationToken) {
    loop {
        let now = parts.clock.now();
        let due = parts.storage.take_due(now, silent_since(now), LIMIT).await;
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
            let is_full = due.len() == LIMIT as usize;
            let unserved = due.into_iter().filter(|one| !one.channel.is_served());
            let _ = UNSERVED.note(unserved::end(&parts, unserved.collect()).await);
            if is_full && !stop.is_cancelled() {
                continue;
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}
