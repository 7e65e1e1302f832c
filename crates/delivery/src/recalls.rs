//! Recalls the notifications of cancelled fan-outs, a batch at a time.
//!
//! A step's transaction cancels the deliveries of a batch and removes the batch from the list, so any worker can do
//! it and may die at any time.

use std::time::Duration;

use campanile_domain::{TenantId, UserId};
use campanile_pipeline::recall_step;
use campanile_storage::{RecallStep, RecallTurn};
use campanile_telemetry::metrics;
use tokio_util::sync::CancellationToken;

use crate::relay::raise;
use crate::trouble::Trouble;
use crate::{DeliveryParts, turn_counts};

static TROUBLE: Trouble = Trouble::of("recalling cancelled fan-outs", "steps will be retried");

/// Runs until the stop signal, in every worker. A recall that another worker has locked is left to it. It only polls;
/// the poll comes before many more deliveries have left.
pub(crate) async fn run(parts: DeliveryParts, poll: Duration, stop: CancellationToken) {
    let mut after: Option<TenantId> = None;
    while !stop.is_cancelled() {
        let turn = turn(&parts, after.as_ref()).await;
        let (step, failed) = (turn.step, turn.failed);
        let stepped = step.map(|step| step.tenant);
        let Some(tenant) = stepped.or_else(|| failed.map(|failed| failed.tenant)) else {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(poll) => {}
            }
            continue;
        };
        after = Some(tenant);
    }
}

/// One step. The cached answers of the affected inboxes are revoked after the commit.
async fn turn(parts: &DeliveryParts, after: Option<&TenantId>) -> RecallTurn {
    let timer = metrics().fanout_recall_seconds.start_timer();
    let now = parts.clock.now();
    let turn = recall_step(&parts.storage, after, now).await;
    let turn = match TROUBLE.note(turn) {
        Ok(turn) => turn,
        Err(_) => {
            timer.stop_and_discard();
            return RecallTurn::default();
        }
    };
    if let Some(failed) = &turn.failed {
        metrics().fanout_recall_failures_total.inc();
        tracing::warn!(
            tenant.id = %failed.tenant, fanout.id = %failed.id, error = %failed.error,
            failures = failed.failures, retry_at = %failed.retry_at,
            "a recall step failed; it will be retried later"
        );
    }
    let Some(step) = &turn.step else {
        timer.stop_and_discard();
        return turn;
    };
    timer.observe_duration();
    tell(step);
    let whose = |user: &UserId| (step.tenant.clone(), user.clone());
    raise(parts, step.inboxes.iter().map(whose).collect()).await;
    turn
}

fn tell(step: &RecallStep) {
    metrics().fanout_recalled_total.inc_by(step.notifications);
    turn_counts::count_cancelled(&step.cancelled);
    if step.finished {
        tracing::info!(
            tenant.id = %step.tenant, fanout.id = %step.id,
            "recalled the notifications of a fan-out"
        );
    }
}

#[cfg(test)]
#[path = "recalls_tests.rs"]
mod tests;
