//! What runs for all streams together: one task that listens, one that counts the seconds, a few that read.

use std::sync::Arc;
use std::time::Duration;

use campanile_storage::InboxUpdates;
use campanile_telemetry::metrics;
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

use crate::hub::Shared;
use crate::reader::Reader;

/// Queries at a time. After an outage, all streams together ask no faster than these are answered.
const READERS: usize = 2;

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
    let reader = Arc::new(Reader::new(Arc::clone(shared), Arc::clone(storage)));
    for _ in 0..READERS {
        let (reader, guard) = (Arc::clone(&reader), failed());
        tasks.spawn(async move {
            let _guard = guard;
            reader.run().await;
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
