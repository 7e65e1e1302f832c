//! When a tenant changes its preferences, the process that serves the call reschedules the deliveries deferred by
//! quiet hours. If it is interrupted, a worker finishes that.

use std::time::Duration;

use campanile_pipeline::reschedule_all;
use campanile_storage::{Scope, StorageError};
use chrono::TimeDelta;
use tokio_util::sync::CancellationToken;

use crate::DeliveryParts;
use crate::rounds::rounds;
use crate::trouble::Trouble;

static TROUBLE: Trouble = Trouble::of(
    "finishing interrupted preference changes",
    "they will be retried",
);

/// The pause between two looks. Interrupted deliveries keep their old time meanwhile, which is hours away.
const EVERY: Duration = Duration::from_secs(15);
/// A step takes milliseconds, so after this time without one the process is gone.
const SILENT_FOR: TimeDelta = TimeDelta::seconds(30);
/// Tenants in one turn; the others come with the next.
const LIMIT: u32 = 32;

/// Runs until the stop signal. Each step is a separate transaction.
pub(crate) async fn run(parts: DeliveryParts, stop: CancellationToken) {
    rounds(EVERY, &TROUBLE, &stop, || turn(&parts)).await;
}

/// A failure of one tenant must not stop the others: each is tried, and the last error is returned.
async fn turn(parts: &DeliveryParts) -> Result<(), StorageError> {
    let silent_since = parts.clock.now() - SILENT_FOR;
    let storage = parts.storage.as_ref();
    let mut outcome = Ok(());
    for tenant in storage.broken_off_reschedules(silent_since, LIMIT).await? {
        let scope = Scope::worker_for(&tenant);
        match reschedule_all(storage, &scope, &tenant, parts.clock.as_ref()).await {
            Ok(rescheduled) => tracing::info!(
                tenant.id = %tenant, rescheduled,
                "a preference change was interrupted; its deliveries were rescheduled"
            ),
            Err(error) => {
                // Those that fail for ever would be found first for ever, and hide the others.
                let now = parts.clock.now();
                if let Err(error) = storage.put_off_reschedule(&tenant, now).await {
                    tracing::debug!(tenant.id = %tenant, %error, "it could not be postponed");
                }
                outcome = Err(error);
            }
        }
    }
    outcome
}

#[cfg(test)]
#[path = "reschedules_tests.rs"]
mod tests;
