//! Rotations of keys, a step at a time, in every worker that has a master key.
//!
//! A step is a transaction that also says how far the rotation is, so any worker can do the next one, and each may die at any
//! time.

use std::time::Duration;

use campanile_domain::RotationStage;
use campanile_pipeline::{rewrap_step, rotation_step};
use campanile_telemetry::metrics;
use tokio_util::sync::CancellationToken;

use crate::DeliveryParts;
use crate::trouble::Trouble;

static TROUBLE: Trouble = Trouble::of("rotating data keys", "steps will be retried");
static MASTER_TROUBLE: Trouble = Trouble::of("rotating the master key", "steps will be retried");

/// The pause between two steps: accepts and deliveries have the database in between.
const BETWEEN: Duration = Duration::from_millis(20);
/// How often it is asked whether there is one. None of them is urgent.
const POLL: Duration = Duration::from_secs(1);

/// Runs until the stop signal. A rotation that another worker has locked is left to it.
pub(crate) async fn run(parts: DeliveryParts, stop: CancellationToken) {
    if !parts.storage.sealing().has_master_key {
        stop.cancelled().await;
        return;
    }
    while !stop.is_cancelled() {
        let (stepped, rewrapped) = (turn(&parts).await, master_turn(&parts).await);
        let pause = if stepped || rewrapped { BETWEEN } else { POLL };
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// One step; `false` if there is nothing to do now.
async fn turn(parts: &DeliveryParts) -> bool {
    let Ok(turn) = TROUBLE.note(rotation_step(&parts.storage, parts.clock.now()).await) else {
        return false;
    };
    if let Some((tenant, error)) = &turn.failed {
        metrics().key_rotation_failures_total.inc();
        tracing::warn!(
            tenant.id = %tenant, %error,
            "a step of the rotation of a data key failed; it will be retried later"
        );
        return true;
    }
    let Some(rotation) = &turn.stepped else {
        return false;
    };
    for (before, rows) in [
        ("former_key", turn.rows.resealed),
        ("open", turn.rows.sealed),
    ] {
        let of = metrics()
            .key_rotation_rows_total
            .with_label_values(&[before]);
        of.inc_by(rows);
    }
    if rotation.stage() == RotationStage::Done {
        metrics().key_rotations_total.inc();
        let counts = &rotation.counts;
        tracing::info!(
            tenant.id = %rotation.tenant, encrypted_again = counts.resealed, encrypted = counts.sealed,
            unreadable = counts.unreadable, former_keys_removed = turn.removed,
            "all stored texts, secrets and addresses of the tenant are encrypted with its data key"
        );
    }
    true
}

/// One step of the rotation of the master key; `false` if there is nothing to do now.
async fn master_turn(parts: &DeliveryParts) -> bool {
    let step = rewrap_step(&parts.storage, parts.clock.now()).await;
    let Ok(turn) = MASTER_TROUBLE.note(step) else {
        return false;
    };
    let Some(rotation) = &turn.stepped else {
        return false;
    };
    if rotation.ended_at.is_some() {
        tracing::info!(
            encrypted_again = rotation.rewrapped,
            unreadable = rotation.unreadable,
            "all data keys are encrypted with the current master key"
        );
    }
    true
}
