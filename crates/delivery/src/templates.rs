//! Publishes versions of templates whose time has come.

use std::time::Duration;

use campanile_cache::Wake;
use campanile_pipeline::publish_due;
use campanile_storage::StorageError;
use tokio_util::sync::CancellationToken;

use crate::DeliveryParts;
use crate::trouble::Trouble;

static TROUBLE: Trouble = Trouble::of("publishing scheduled templates", "they will be retried");

/// How late a version is published, at most.
const EVERY: Duration = Duration::from_secs(2);
/// Versions in one turn; the others come with the next.
const LIMIT: u32 = 32;

/// Runs until the stop signal.
pub(crate) async fn run(parts: DeliveryParts, stop: CancellationToken) {
    loop {
        let turn = tokio::select! {
            // Each version is a separate transaction.
            () = stop.cancelled() => return,
            turn = turn(&parts) => turn,
        };
        let _ = TROUBLE.note(turn);
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

/// A failure of one version must not stop the others: each is tried, and the last error is returned.
async fn turn(parts: &DeliveryParts) -> Result<(), StorageError> {
    let (storage, now) = (parts.storage.as_ref(), parts.clock.now());
    let mut outcome = Ok(());
    for due in storage.due_templates(now, LIMIT).await? {
        match publish_due(storage, &due, now).await {
            Ok(true) => {
                parts.bus.wake(Wake::Templates);
                let (tenant, of) = (&due.tenant, &due.notification_type);
                let version = due.version;
                tracing::info!(tenant.id = %tenant, r#type = %of, version, "published a scheduled template");
            }
            Ok(false) => {}
            Err(error) => outcome = Err(error),
        }
    }
    outcome
}
