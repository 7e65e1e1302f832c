//! Empties the queue's own dead-letter queue.
//!
//! A message only signals that a row is ready. A readable message names a row, and the sweeper publishes that row
//! again when it is overdue; publishing it sooner could take it from the worker that processes it. An unreadable
//! message names nothing: it becomes a dead letter, where operators look, and is acknowledged only once the dead
//! letter is durable.

use std::time::Duration;

use campanile_domain::{Lane, TenantId};
use campanile_queue::{DeadMessage, UnreadableMessage};
use campanile_storage::{BuriedMessage, StorageError};
use campanile_telemetry::metrics;
use chrono::{DateTime, Utc};
use tokio_util::sync::CancellationToken;

use crate::DeliveryParts;
use crate::trouble::Trouble;

static TROUBLE: Trouble = Trouble::of(
    "storing dead-lettered messages",
    "they stay unacknowledged and will be retried",
);

/// How often it looks.
const EVERY: Duration = Duration::from_secs(5);
/// Messages in one turn, and in hand at most.
const LIMIT: usize = 64;
/// Whose list a message goes on that does not say whose it is: the operator's own tenant, which
/// every installation has.
const OPERATORS_TENANT: &str = "default";
/// What becomes of a message, as the metric names it.
const REPUBLISHED: &str = "republished";
const LISTED: &str = "listed";

/// Runs until the stop signal.
pub(crate) async fn run(parts: DeliveryParts, stop: CancellationToken) {
    // Both series exist from the start: an alert compares the first message with what was there before.
    for outcome in [REPUBLISHED, LISTED] {
        metrics().dead_messages_total.with_label_values(&[outcome]);
    }
    let mut in_hand = Vec::new();
    loop {
        if turn(&parts, &mut in_hand).await && !stop.is_cancelled() {
            continue;
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

/// Takes some and lists them; whether there may be more.
///
/// What cannot be listed now stays in hand instead of going back: a broker counts how often it gave a
/// message out, and may drop one that came back too often.
async fn turn(parts: &DeliveryParts, in_hand: &mut Vec<DeadMessage>) -> bool {
    in_hand.retain(|dead| dead.acknowledge.is_ours());
    if in_hand.is_empty() {
        match parts.queue.take_dead(LIMIT).await {
            Ok(taken) => *in_hand = taken,
            Err(error) => tracing::debug!(%error, "could not read the dead-letter queue"),
        }
    }
    if in_hand.is_empty() {
        return false;
    }
    if TROUBLE.note(list(parts, in_hand).await).is_err() {
        return false;
    }
    let full = in_hand.len() == LIMIT;
    for dead in in_hand.drain(..) {
        tell(&dead);
        dead.acknowledge.done().await;
    }
    full
}

async fn list(parts: &DeliveryParts, in_hand: &[DeadMessage]) -> Result<(), StorageError> {
    let (mut unreadable, now) = (Vec::new(), parts.clock.now());
    for dead in in_hand {
        if let Err(why) = &dead.message {
            unreadable.push(buried(dead, *why, owner(parts, dead).await?, now));
        }
    }
    parts.storage.bury_messages(&unreadable).await.map(drop)
}

/// The tenant that the message names, if it exists: any program could have written the name.
async fn owner(parts: &DeliveryParts, dead: &DeadMessage) -> Result<TenantId, StorageError> {
    if let Some(named) = &dead.notes.tenant
        && parts.storage.tenant(named).await?.is_some()
    {
        return Ok(named.clone());
    }
    Ok(TenantId::parse(OPERATORS_TENANT).expect("a valid name"))
}

fn buried(
    dead: &DeadMessage,
    why: UnreadableMessage,
    tenant: TenantId,
    now: DateTime<Utc>,
) -> BuriedMessage {
    let lane = dead.notes.lane;
    BuriedMessage {
        id: dead.id,
        tenant,
        channel: lane.map(|(channel, _)| channel),
        lane: lane.map_or(Lane::Default, |(_, lane)| lane),
        detail: format!(
            "No worker could decode this message: {why}. Size {} bytes, SHA-256 {}.",
            dead.size, dead.sha256
        ),
        // Another machine's clock must not put it where no choice that ends now would find it.
        died_at: dead.notes.died_at.map_or(now, |at| at.min(now)),
    }
}

fn tell(dead: &DeadMessage) {
    let outcome = match &dead.message {
        Ok(message) => {
            tracing::info!(
                tenant.id = %message.tenant,
                dispatch.id = %message.dispatch,
                "the queue dead-lettered a message; its dispatch will be published again"
            );
            REPUBLISHED
        }
        Err(why) => {
            tracing::warn!(dead_letter.id = %dead.id, size = dead.size, %why, "added a dead letter for a message that no worker could decode");
            LISTED
        }
    };
    metrics()
        .dead_messages_total
        .with_label_values(&[outcome])
        .inc();
}
