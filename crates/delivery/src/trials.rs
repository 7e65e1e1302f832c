//! Stops variants of templates whose deliveries fail more often than those of the template itself.
//!
//! Nothing is looked for: what has failed just now says where to look, so the cost follows the failures of what is
//! compared, not the size of the installation.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use campanile_cache::Wake;
use campanile_domain::{DeliveryState, NotificationType, TenantId};
use campanile_pipeline::stop_failing;
use campanile_storage::{FinishedDelivery, StorageError};
use campanile_telemetry::metrics;
use tokio_util::sync::CancellationToken;

use crate::DeliveryParts;
use crate::rounds::rounds;
use crate::trouble::Trouble;

static TROUBLE: Trouble = Trouble::of("comparing variants of templates", "it will be retried");

/// The pause between two looks at what has failed.
const EVERY: Duration = Duration::from_secs(5);

/// Types of which a delivery in the words of a variant has failed since the last look.
#[derive(Debug, Default)]
pub(crate) struct Suspects(Mutex<BTreeSet<(TenantId, NotificationType)>>);

impl Suspects {
    /// Notes deliveries whose results are stored.
    pub(crate) fn note(&self, deliveries: &[FinishedDelivery]) {
        for one in deliveries {
            let Some(variant) = &one.variant else {
                continue;
            };
            if one.state == DeliveryState::Dead || variant.assigned.fault {
                let of = (one.tenant.clone(), variant.notification_type.clone());
                self.all().insert(of);
            }
        }
    }

    fn take(&self) -> BTreeSet<(TenantId, NotificationType)> {
        std::mem::take(&mut self.all())
    }

    fn all(&self) -> MutexGuard<'_, BTreeSet<(TenantId, NotificationType)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs until the stop signal. Each type is a separate transaction.
pub(crate) async fn run(parts: DeliveryParts, suspects: Arc<Suspects>, stop: CancellationToken) {
    rounds(EVERY, &TROUBLE, &stop, || turn(&parts, &suspects)).await;
}

/// What could not be looked at is looked at again.
async fn turn(parts: &DeliveryParts, suspects: &Suspects) -> Result<(), StorageError> {
    let mut outcome = Ok(());
    for (tenant, of) in suspects.take() {
        if let Err(error) = look(parts, &tenant, &of).await {
            suspects.all().insert((tenant, of));
            outcome = Err(error);
        }
    }
    outcome
}

async fn look(
    parts: &DeliveryParts,
    tenant: &TenantId,
    of: &NotificationType,
) -> Result<(), StorageError> {
    let storage = parts.storage.as_ref();
    let counts = storage.variant_counts(tenant, of).await?;
    let stopped = stop_failing(storage, tenant, of, counts, parts.clock.now()).await?;
    for why in &stopped {
        metrics().template_variants_stopped_total.inc();
        tracing::warn!(tenant.id = %tenant, r#type = %of, why, "stopped a variant of a template");
    }
    if !stopped.is_empty() {
        parts.bus.wake(Wake::Templates);
    }
    Ok(())
}
