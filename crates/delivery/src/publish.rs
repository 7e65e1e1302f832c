//! Publishes dispatches. Those that are not confirmed are published again by the sweeper.

use campanile_domain::TenantId;
use campanile_queue::{Message, PublishOutcome};
use campanile_storage::Dispatch;
use campanile_telemetry::metrics;
use chrono::TimeDelta;

use crate::DeliveryParts;
use crate::trouble::Trouble;

static TROUBLE: Trouble = Trouble::of(
    "scheduling unconfirmed messages to be published again",
    "they are published again when their window has passed",
);

/// How soon an unconfirmed message is published again.
const AGAIN_AFTER: TimeDelta = TimeDelta::seconds(5);

/// Publishes dispatches that were just written.
pub(crate) async fn publish(parts: &DeliveryParts, dispatches: &[Dispatch]) {
    // A channel that is not served has no queue; the sweeper sees to what it has left.
    let messages: Vec<Message> = dispatches
        .iter()
        .filter(|dispatch| dispatch.channel.is_served())
        .map(|dispatch| Message {
            tenant: dispatch.tenant.clone(),
            dispatch: dispatch.id,
            epoch: dispatch.epoch,
            channel: dispatch.channel,
            lane: dispatch.lane,
            deliveries: dispatch.size,
            suspect: dispatch.suspect,
        })
        .collect();
    if messages.is_empty() {
        return;
    }
    let publishing = campanile_telemetry::publish("queue.publish");
    let outcomes = parts.queue.publish(&messages).await;
    publishing.end();
    let mut unconfirmed: Vec<(TenantId, _)> = Vec::new();
    for (message, outcome) in messages.iter().zip(outcomes) {
        let label = match outcome {
            PublishOutcome::Confirmed => "confirmed",
            PublishOutcome::Unconfirmed => {
                unconfirmed.push((message.tenant.clone(), message.dispatch));
                "unconfirmed"
            }
        };
        metrics()
            .messages_published_total
            .with_label_values(&[message.channel.name(), message.lane.name(), label])
            .inc();
    }
    if !unconfirmed.is_empty() {
        // The queue says why, once for each outage.
        tracing::debug!(
            messages = unconfirmed.len(),
            "the queue did not confirm a message"
        );
        let at = parts.clock.now() + AGAIN_AFTER;
        let _ = TROUBLE.note(parts.storage.redeliver_at(&unconfirmed, at).await);
    }
}
