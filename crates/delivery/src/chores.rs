//! Periodic work: creates partitions, removes expired rows and the rows of workers that ended, reads the gauges.

use std::time::Duration;

use campanile_domain::{Channel, Platform};
use campanile_pipeline::forget_merges;
use campanile_storage::{DEAD_LETTERS_COUNTED, StorageError};
use campanile_telemetry::metrics;
use chrono::TimeDelta;
use tokio_util::sync::CancellationToken;

use crate::DeliveryParts;
use crate::trouble::Trouble;

static TROUBLE: Trouble = Trouble::of(
    "creating partitions and removing expired rows",
    "they run again in ten minutes",
);

/// How often the gauges are read.
const GAUGES_EVERY: Duration = Duration::from_secs(5);
/// A long list of dead letters is counted once in so many rounds: once a minute.
const LONG_LIST_EVERY_ROUNDS: u64 = 12;
/// Partitions and expired rows are handled once in so many rounds of the gauges: every ten minutes.
const SLOW_EVERY_ROUNDS: u64 = 120;

/// A group of alerts for which nothing came in so long has ended without a word: Alertmanager repeats the others every few
/// hours.
const INGEST_GROUPS_KEPT: TimeDelta = TimeDelta::days(30);

/// Runs until the stop signal.
pub(crate) async fn run(parts: DeliveryParts, stop: CancellationToken) {
    let mut dead_letters = 0;
    for round in 0_u64.. {
        if let Err(error) = gauges(&parts).await {
            tracing::debug!(%error, "could not read the gauges");
        }
        if dead_letters <= DEAD_LETTERS_COUNTED || round % LONG_LIST_EVERY_ROUNDS == 0 {
            match parts.storage.dead_letter_count().await {
                Ok(count) => {
                    dead_letters = count;
                    metrics().dead_letters.set(gauge(count));
                }
                Err(error) => tracing::debug!(%error, "could not count the dead letters"),
            }
        }
        if round % SLOW_EVERY_ROUNDS == 0 {
            let _ = TROUBLE.note(slow(&parts).await);
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
        let paused = parts.accounts.paused(*channel);
        metrics()
            .accounts_paused
            .with_label_values(&[channel.name()])
            .set(i64::try_from(paused).unwrap_or(i64::MAX));
    }
    if parts.channels.contains(&Channel::Push) {
        for platform in [Platform::Ios, Platform::Web] {
            let holding = parts.accounts.holding(platform);
            metrics()
                .account_platforms_held
                .with_label_values(&[platform.name()])
                .set(i64::try_from(holding).unwrap_or(i64::MAX));
        }
    }
    let ping = parts.storage.ping().await;
    metrics().database_up.set(i64::from(ping.is_ok()));
    ping?;
    let depth = parts.storage.depth(parts.clock.now()).await?;
    metrics().outbox_waiting.set(gauge(depth.outbox));
    metrics().dispatched_waiting.set(gauge(depth.dispatched));
    metrics().scheduled_waiting.set(gauge(depth.scheduled));
    metrics()
        .oldest_waiting_seconds
        .set(gauge(depth.oldest_age_s));
    let fanouts = parts.storage.fanout_depth(parts.clock.now()).await?;
    metrics().fanouts_due.set(gauge(fanouts.due));
    metrics()
        .fanout_subscribers_waiting
        .set(gauge(fanouts.waiting));
    metrics().fanout_recalls.set(gauge(fanouts.recalls));
    Ok(())
}

fn gauge(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

async fn slow(parts: &DeliveryParts) -> Result<(), StorageError> {
    let now = parts.clock.now();
    parts.storage.make_partitions_ahead(now).await?;
    parts.storage.expire_idempotency_keys(now).await?;
    parts.storage.expire_plan_marks(now).await?;
    parts.storage.expire_remembered(now).await?;
    forget_merges(&parts.storage, now).await?;
    parts
        .storage
        .expire_ingest_groups(now - INGEST_GROUPS_KEPT)
        .await?;
    parts
        .storage
        .forget_sent(now - TimeDelta::hours(25))
        .await?;
    parts
        .storage
        .forget_silent(now - TimeDelta::hours(1))
        .await?;
    Ok(())
}
