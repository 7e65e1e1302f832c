//! Publishes versions of templates whose time has come.

use std::time::Duration;

use campanile_cache::Wake;
use campanile_pipeline::{DuePublished, publish_due, put_off_due};
use campanile_storage::StorageError;
use tokio_util::sync::CancellationToken;

use crate::DeliveryParts;
use crate::rounds::rounds;
use crate::trouble::Trouble;

static TROUBLE: Trouble = Trouble::of("publishing scheduled templates", "they will be retried");

/// The pause between two looks for versions that are due.
const EVERY: Duration = Duration::from_secs(2);
/// Versions that are looked up at once; the next follow at once if there may be more.
const LIMIT: u32 = 32;

/// Runs until the stop signal. Each version is a separate transaction.
pub(crate) async fn run(parts: DeliveryParts, stop: CancellationToken) {
    rounds(EVERY, &TROUBLE, &stop, || turn(&parts)).await;
}

async fn turn(parts: &DeliveryParts) -> Result<(), StorageError> {
    while some(parts).await? {}
    Ok(())
}

/// A failure of one version must not stop the others: each is tried, one that failed is postponed, and the last error is
/// returned. Says whether there may be more.
async fn some(parts: &DeliveryParts) -> Result<bool, StorageError> {
    let (storage, now) = (parts.storage.as_ref(), parts.clock.now());
    let found = storage.due_templates(now, LIMIT).await?;
    let mut outcome = Ok(found.len() == LIMIT as usize);
    for due in found {
        let (tenant, of, version) = (&due.tenant, &due.notification_type, due.version);
        match publish_due(storage, &due, now).await {
            Ok(DuePublished::Current) => {
                parts.bus.wake(Wake::Templates);
                tracing::info!(tenant.id = %tenant, r#type = %of, version, "published a scheduled template");
            }
            Ok(DuePublished::Superseded) => tracing::info!(
                tenant.id = %tenant, r#type = %of, version,
                "a scheduled template was not published, because a newer version is in use"
            ),
            Ok(DuePublished::Gone) => {}
            Err(error) => {
                // Where the connection failed, nothing is wrong with the version.
                if !error.is_connection() {
                    let retry_at = put_off_due(storage, &due, now).await?;
                    tracing::warn!(
                        tenant.id = %tenant, r#type = %of, version, %error, %retry_at,
                        "a scheduled template could not be published; it will be retried later"
                    );
                }
                outcome = Err(error);
            }
        }
    }
    outcome
}
