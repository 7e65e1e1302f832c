//! Merges of users, a step at a time, in every worker.
//!
//! A step is a transaction that also says how far the merge is, so any worker can do the next one, and each may die at any
//! time.

use std::time::Duration;

use campanile_domain::{MergeStage, UserMerge};
use campanile_pipeline::merge_step;
use campanile_telemetry::metrics;
use tokio_util::sync::CancellationToken;

use crate::DeliveryParts;
use crate::relay::raise;
use crate::trouble::Trouble;

static TROUBLE: Trouble = Trouble::of("merging users", "steps will be retried");

/// The pause between two steps. A step keeps the plans of its tenant waiting, so they have the time in between.
const BETWEEN: Duration = Duration::from_millis(50);

/// Runs until the stop signal. A merge that another worker has locked is left to it.
pub(crate) async fn run(parts: DeliveryParts, poll: Duration, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let pause = if turn(&parts).await { BETWEEN } else { poll };
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// One step; `false` if there is nothing to do now. The cached answers of both inboxes are revoked after the commit, which
/// also tells their streams.
async fn turn(parts: &DeliveryParts) -> bool {
    let Ok(turn) = TROUBLE.note(merge_step(&parts.storage, parts.clock.now()).await) else {
        return false;
    };
    if let Some((tenant, _, error)) = &turn.failed {
        tracing::warn!(
            tenant.id = %tenant, %error,
            "a step of a merge of two users failed; it will be retried later"
        );
        return true;
    }
    let Some(merge) = &turn.stepped else {
        return false;
    };
    metrics().user_merge_notifications_total.inc_by(turn.moved);
    if turn.moved > 0 || merge.stage == MergeStage::Done {
        let both = [&merge.from, &merge.into];
        let both = both.map(|user| (merge.tenant.clone(), user.clone()));
        raise(parts, both.into()).await;
    }
    tell(merge);
    true
}

fn tell(merge: &UserMerge) {
    if merge.stage == MergeStage::Done {
        metrics().user_merges_total.inc();
        tracing::info!(
            tenant.id = %merge.tenant, notifications = merge.moved.notifications,
            "merged two users"
        );
    }
}
