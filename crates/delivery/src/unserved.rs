//! Ends deliveries of channels that nobody serves any more, since their recipe was removed from the configuration.
//!
//! No worker takes their messages, so without this their dispatches would stay, and fill their tenant's window. What ends is a dead
//! letter: if the recipe comes back, it can be replayed.

use std::collections::BTreeMap;

use campanile_domain::{DeliveryState, Lane, NOT_SERVED};
use campanile_storage::{
    Dispatch, DispatchRef, FinishedDelivery, Job, LoadedDispatch, Record, StorageError,
};
use campanile_telemetry::metrics;
use chrono::{DateTime, TimeDelta, Utc};

use crate::DeliveryParts;
use crate::heartbeat::silent_since;
use crate::worker::finished;

/// For so long it may be that another process serves the channel: while a new version is rolled out, some know its recipe and others
/// do not.
const PATIENCE: TimeDelta = TimeDelta::minutes(15);

/// Ends those that have waited long enough, unless a living worker has accounts of their channel.
pub(crate) async fn end(parts: &DeliveryParts, overdue: Vec<Dispatch>) -> Result<(), StorageError> {
    let now = parts.clock.now();
    let has_waited = |one: &Dispatch| one.id.made_at().is_none_or(|made| made + PATIENCE <= now);
    let mut overdue: Vec<_> = overdue.into_iter().filter(has_waited).collect();
    if overdue.is_empty() {
        return Ok(());
    }
    let elsewhere = parts.storage.reported(silent_since(now), now).await?;
    overdue.retain(|one| !elsewhere.channels.contains(&one.channel));
    let refs = overdue.into_iter().map(|one| DispatchRef {
        tenant: one.tenant,
        id: one.id,
        epoch: one.epoch,
    });
    let loaded = parts.storage.load(&refs.collect::<Vec<_>>()).await?;
    let loaded: Vec<_> = loaded.into_iter().flatten().collect();
    let rows = loaded.iter().map(|one| &one.dispatch);
    let record = Record {
        deliveries: loaded.iter().flat_map(|one| ends(one, now)).collect(),
        finished: rows.map(|row| (row.tenant.clone(), row.id)).collect(),
        at: now,
    };
    campanile_pipeline::record(&parts.storage, record.clone()).await?;
    tell(&record.deliveries);
    Ok(())
}

fn ends(loaded: &LoadedDispatch, now: DateTime<Utc>) -> impl Iterator<Item = FinishedDelivery> {
    let lane = loaded.dispatch.lane;
    loaded.jobs.iter().map(move |job| ended(job, lane, now))
}

fn ended(job: &Job, lane: Lane, now: DateTime<Utc>) -> FinishedDelivery {
    let deadline = job.notification.expires_at;
    let (state, reason) = match job.standing.withdrawn {
        Some(why) => (DeliveryState::Cancelled, why.name()),
        None if deadline.is_some_and(|deadline| deadline <= now) => {
            (DeliveryState::Expired, "deadline_passed")
        }
        None => (DeliveryState::Dead, NOT_SERVED),
    };
    finished(job, lane, state, Some(reason))
}

fn tell(ended: &[FinishedDelivery]) {
    let mut dead: BTreeMap<&str, usize> = BTreeMap::new();
    for delivery in ended {
        let (channel, state) = (delivery.channel.name(), delivery.state.name());
        let finished = &metrics().deliveries_finished_total;
        finished.with_label_values(&[channel, state]).inc();
        if delivery.state == DeliveryState::Dead {
            *dead.entry(channel).or_default() += 1;
        }
    }
    for (channel, count) in dead {
        tracing::error!(
            channel,
            count,
            "deliveries are dead because this installation no longer serves their channel; add its recipe to \
            CAMPANILE_RECIPES or CAMPANILE_RECIPE_CHANNELS and replay them, or purge them"
        );
    }
}
