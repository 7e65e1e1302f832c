//! Removes what tenants have that are being deleted.

use std::time::Duration;

use campanile_pipeline::remove_tenants;
use campanile_storage::StorageError;
use tokio_util::sync::CancellationToken;

use crate::DeliveryParts;
use crate::rounds::rounds;
use crate::trouble::Trouble;

static TROUBLE: Trouble = Trouble::of("removing deleted tenants", "it will be retried");

/// The pause between two looks for tenants that are being removed.
const EVERY: Duration = Duration::from_secs(30);

/// Runs until the stop signal. Each step is a separate transaction.
pub(crate) async fn run(parts: DeliveryParts, stop: CancellationToken) {
    rounds(EVERY, &TROUBLE, &stop, || turn(&parts)).await;
}

async fn turn(parts: &DeliveryParts) -> Result<(), StorageError> {
    let removed = remove_tenants(parts.storage.as_ref(), parts.clock.now()).await?;
    if removed.rows > 0 {
        tracing::info!(rows = removed.rows, "removed rows of deleted tenants");
    }
    for tenant in &removed.tenants {
        tracing::info!(tenant.id = %tenant, "a deleted tenant is gone");
    }
    Ok(())
}
