//! What must be done now and then: partitions, expired keys, silent workers, gauges.

use std::time::Duration;

use campanile_storage::StorageError;
use campanile_telemetry::metrics;
use chrono::TimeDelta;
use tokio_util::sync::CancellationToken;

use crate::DeliveryParts;

/// How often the gauges are read.
const GAUGES_EVERY: Duration = Duration::from_secs(5);
/// The slow chores come once in so many rounds of the gauges: every ten minutes.
const SLOW_EVERY_ROUNDS: u64 = 120;

/// Runs until told to stop.
pub(crate) async fn run(parts: DeliveryParts, stop: CancellationToken) {
    for round in 0_u64.. {
        if let Err(error) = gauges(&parts).await {
            tracing::debug!(%error, "gauges not read");
        }
        if round % SLOW_EVERY_ROUNDS == 0
            && let Err(error) = slow(&parts).await
        {
            tracing::warn!(%error, "chores not done; they come again");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(GAUGES_EVERY) => {}
        }
    }
}

async fn gauges(parts: &DeliveryParts) -> Result<(), StorageError> {
    metrics()
        .queue_up
        .set(i64::from(parts.queue.health().await.up));
    metrics()
        .cache_up
        .set(i64::from(parts.bus.health().await.up));
    for channel in &parts.channels {
        let open = parts.accounts.breakers_open(*channel);
        metrics()
            .account_breakers_open
            .with_label_values(&[channel.name()])
            .set(i64::try_from(open).unwrap_or(i64::MAX));
        let misconfigured = parts.accounts.misconfigured(*channel);
        metrics()
            .accounts_misconfigured
            .with_label_values(&[channel.name()])
            .set(i64::try_from(misconfigured).unwrap_or(i64::MAX));
    }
    let depth = parts.storage.depth(parts.clock.now()).await;
    metrics().database_up.set(i64::from(depth.is_ok()));
    let depth = depth?;
    let gauge = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    metrics().outbox_waiting.set(gauge(depth.outbox));
    metrics().dispatched_waiting.set(gauge(depth.dispatched));
    metrics().scheduled_waiting.set(gauge(depth.scheduled));
    metrics()
        .oldest_waiting_seconds
        .set(gauge(depth.oldest_age_s));
    metrics().dead_letters.set(gauge(depth.dead_letters));
    Ok(())
}

async fn slow(parts: &DeliveryParts) -> Result<(), StorageError> {
    let now = parts.clock.now();
    parts.storage.make_partitions_ahead(now).await?;
    parts.storage.expire_idempotency_keys(now).await?;
    parts
        .storage
        .forget_silent(now - TimeDelta::hours(1))
        .await?;
    Ok(())
}
