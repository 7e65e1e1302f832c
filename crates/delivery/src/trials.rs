//! Stops variants of templates whose deliveries fail more often than those of the template itself.
//!
//! Nothing is looked for: what has failed just now says where to look, so the cost follows the failures of what is
//! compared, not the size of the installation.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use campanile_cache::Wake;
use campanile_domain::{
    CONTROL, Channel, DeliveryState, NotificationType, TemplateVersion, TenantId, Trial,
};
use campanile_pipeline::stop_failing;
use campanile_storage::{FinishedDelivery, StorageError, TrialSuspect};
use campanile_telemetry::metrics;
use tokio_util::sync::CancellationToken;

use crate::DeliveryParts;
use crate::rounds::rounds;
use crate::trouble::Trouble;

static TROUBLE: Trouble = Trouble::of("comparing variants of templates", "it will be retried");

/// The pause between two looks at what has failed.
const EVERY: Duration = Duration::from_secs(5);

/// Comparisons in which something has failed since the last look.
#[derive(Debug, Default)]
pub(crate) struct Suspects(Mutex<BTreeSet<TrialSuspect>>);

impl Suspects {
    /// Notes deliveries whose results are stored. What fails in the words of the template itself stops nothing.
    pub(crate) fn note(&self, deliveries: &[FinishedDelivery]) {
        for one in deliveries {
            let Some(variant) = &one.variant else {
                continue;
            };
            let assigned = &variant.assigned;
            let has_failed = one.state == DeliveryState::Dead || assigned.fault;
            if has_failed && assigned.variant != CONTROL {
                self.all().insert(TrialSuspect {
                    tenant: one.tenant.clone(),
                    notification_type: variant.notification_type.clone(),
                    channel: one.channel,
                    trial: assigned.trial,
                });
            }
        }
    }

    /// Notes what a plan has found: inboxes have no deliveries.
    pub(crate) fn note_planned(&self, faults: BTreeSet<TrialSuspect>) {
        if !faults.is_empty() {
            self.all().extend(faults);
        }
    }

    /// All of them, by type.
    fn take(&self) -> BTreeMap<Of, Vec<(Channel, u64)>> {
        let mut by_type: BTreeMap<Of, Vec<_>> = BTreeMap::new();
        for one in std::mem::take(&mut *self.all()) {
            let trials = by_type.entry((one.tenant, one.notification_type));
            trials.or_default().push((one.channel, one.trial));
        }
        by_type
    }

    fn all(&self) -> MutexGuard<'_, BTreeSet<TrialSuspect>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

type Of = (TenantId, NotificationType);

/// Runs until the stop signal. Each type is a separate transaction.
pub(crate) async fn run(parts: DeliveryParts, suspects: Arc<Suspects>, stop: CancellationToken) {
    rounds(EVERY, &TROUBLE, &stop, || turn(&parts, &suspects)).await;
}

/// What could not be looked at is looked at again.
async fn turn(parts: &DeliveryParts, suspects: &Suspects) -> Result<(), StorageError> {
    let mut outcome = Ok(());
    for ((tenant, of), trials) in suspects.take() {
        if let Err(error) = look(parts, &tenant, &of, &trials).await {
            let again = trials.into_iter().map(|(channel, trial)| TrialSuspect {
                tenant: tenant.clone(),
                notification_type: of.clone(),
                channel,
                trial,
            });
            suspects.all().extend(again);
            outcome = Err(error);
        }
    }
    outcome
}

/// Reads a few numbers most of the time. The version is read, and its type's editors wait, only where these say that a
/// variant is to be stopped.
async fn look(
    parts: &DeliveryParts,
    tenant: &TenantId,
    of: &NotificationType,
    trials: &[(Channel, u64)],
) -> Result<(), StorageError> {
    let storage = parts.storage.as_ref();
    let counts = storage.variant_counts(tenant, of, trials).await?;
    let is_suspect = |(channel, trial): &(Channel, u64)| {
        let of_channel = counts.iter().filter(|one| one.channel == *channel);
        let of_channel: Vec<_> = of_channel.cloned().collect();
        let known = Trial::counted(*trial, &of_channel);
        !known.failing(&of_channel).is_empty()
    };
    if !trials.iter().any(is_suspect) {
        return Ok(());
    }
    // It may have been stopped long ago, and what fails had left before.
    let current = storage.template_type(tenant, of).await?;
    let Some(number) = current.and_then(|one| one.current_version) else {
        return Ok(());
    };
    let version = storage.template_version(tenant, of, number).await?;
    let runs = |version: &TemplateVersion| !version.snapshot.failing_variants(&counts).is_empty();
    if !version.as_ref().is_some_and(runs) {
        return Ok(());
    }
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
