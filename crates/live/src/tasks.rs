//! What runs for all streams together: one task that listens, one that counts the seconds, a few that read.

use std::sync::Arc;
use std::time::Duration;

use campanile_domain::Backoff;
use campanile_storage::{InboxUpdates, PageSize, StorageError, UpdatesSize};
use campanile_telemetry::metrics;
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

use crate::answers::first_of;
use crate::hub::Shared;
use crate::limits::MAX_BYTES_OF_ALL;
use crate::questions::Batch;

/// Queries at a time. After an outage, all streams together ask no faster than these are answered.
const READERS: usize = 2;
/// After a wake-up, others that come within this time are read with the same query.
const GATHER: Duration = Duration::from_millis(2);
/// While less of the memory for events is left, a read waits so long at most.
const ROOM: usize = MAX_BYTES_OF_ALL / 2;
const SENDING: Duration = Duration::from_millis(250);
/// After a failed query.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Of each inbox, and of all inboxes of a query.
const SIZE: UpdatesSize = UpdatesSize {
    each: PageSize {
        rows: 64,
        bytes: 128 * 1024,
    },
    bytes: 4 * 1024 * 1024,
};

/// Starts them. They run until the set is dropped.
pub(crate) fn start<S: InboxUpdates + ?Sized + 'static>(
    shared: &Arc<Shared>,
    storage: &Arc<S>,
) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    let failed = || shared.failed.clone().drop_guard();
    let (hub, guard) = (Arc::clone(shared), failed());
    tasks.spawn(async move {
        let _guard = guard;
        listen(&hub).await;
    });
    let (hub, guard) = (Arc::clone(shared), failed());
    tasks.spawn(async move {
        let _guard = guard;
        tick(&hub).await;
    });
    for _ in 0..READERS {
        let (hub, storage, guard) = (Arc::clone(shared), Arc::clone(storage), failed());
        tasks.spawn(async move {
            let _guard = guard;
            read(&hub, storage.as_ref()).await;
        });
    }
    tasks
}

async fn listen(hub: &Shared) {
    loop {
        let heard = hub.signal.heard().await;
        hub.state().hear(heard);
        hub.work.notify_one();
    }
}

async fn tick(hub: &Shared) {
    let mut seconds = tokio::time::interval(Duration::from_secs(1));
    seconds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        seconds.tick().await;
        hub.state().tick(&hub.limits, hub.clock.now());
        let bytes = i64::try_from(hub.memory.in_use()).unwrap_or(i64::MAX);
        metrics().stream_bytes_in_queues.set(bytes);
        hub.work.notify_one();
    }
}

async fn read<S: InboxUpdates + ?Sized>(hub: &Shared, storage: &S) {
    let mut pauses = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
    loop {
        // What was read is sent before more is read, unless clients take nothing.
        hub.memory.room_within(ROOM, SENDING).await;
        let now = hub.clock.now();
        let batch = hub.state().next_batch(now);
        let Some(batch) = batch else {
            hub.work.notified().await;
            tokio::time::sleep(GATHER).await;
            continue;
        };
        // Another reader takes the rest.
        hub.work.notify_one();
        if ask(hub, storage, batch).await {
            pauses.reset();
        } else {
            tokio::time::sleep(pauses.pause()).await;
        }
    }
}

/// Asks, and tells the streams; `false` if the database did not answer. A query that fails for one of its inboxes is
/// split until that one is alone.
async fn ask<S: InboxUpdates + ?Sized>(hub: &Shared, storage: &S, batch: Batch) -> bool {
    let mut batches = vec![batch];
    while let Some(mut batch) = batches.pop() {
        metrics()
            .stream_read_questions
            .observe(batch.wanted.len() as f64);
        let timer = metrics().stream_read_seconds.start_timer();
        let found = storage.inbox_updates(&batch.wanted, SIZE, batch.now).await;
        timer.observe_duration();
        match found {
            Ok(found) => hub.state().answered(batch, found),
            Err(error) if error.is_lasting() => match batch.split() {
                Some(rest) => batches.extend([batch, rest]),
                None => give_up(hub, &batch, &error),
            },
            Err(error) => {
                tracing::debug!(%error, "changed inboxes cannot be read");
                let mut state = hub.state();
                for batch in batches.iter().chain([&batch]) {
                    state.not_answered(batch);
                }
                return false;
            }
        }
    }
    true
}

fn give_up(hub: &Shared, batch: &Batch, error: &StorageError) {
    if let Some(whose) = first_of(batch) {
        let tenant = whose.tenant.as_str();
        tracing::error!(tenant, %error, "an inbox cannot be read; its streams are closed");
    }
    hub.state().give_up(batch);
}
