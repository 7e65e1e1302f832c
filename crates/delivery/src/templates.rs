//! Publishes versions of templates whose time has come.

use std::time::Duration;

use campanile_cache::Wake;
use campanile_pipeline::publish_due;
use campanile_storage::StorageError;
use tokio_util::sync::CancellationToken;

use crate::DeliveryParts;
use crate::rounds::rounds;
use crate::trouble::Trouble;

static TROUBLE: Trouble = Trouble::of("publishing scheduled templates", "they will be retried");

/// The pause between two looks for versions that are due.
const EVERY: Duration = Duration::from_secs(2);
/// Versions in one turn; the others come with the next.
const LIMIT: u32 = 32;

/// Runs until the stop signal. Each version is a separate transaction.
pub(crate) async fn run(parts: DeliveryParts, stop: CancellationToken) {
    rounds(EVERY, &TROUBLE, &stop, || turn(&parts)).await;
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
