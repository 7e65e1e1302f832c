//! The loop of one channel's worker.

use std::sync::Arc;
use std::time::Duration;

use campanile_channels::ChannelSender;
use campanile_domain::Clock;
use campanile_storage::Storage;
use futures_util::FutureExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::load::Loaded;
use super::{Lanes, Recorder};
use crate::heartbeat::Heartbeat;

/// Messages whose rows are loaded by one query.
const MESSAGES_PER_LOAD: usize = 32;
/// Deliveries loaded by one query, about: at 256 KiB of content each they must fit in memory.
const DELIVERIES_PER_LOAD: usize = 128;

/// One channel's worker.
pub(crate) struct Worker {
    pub(crate) channel: Arc<dyn ChannelSender>,
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) heartbeat: Arc<Heartbeat>,
    pub(crate) recorder: Recorder,
    pub(crate) calls: TaskTracker,
    pub(crate) stop_taking: CancellationToken,
    pub(crate) stop_now: CancellationToken,
    /// One place, for deliveries that may be why processes died.
    pub(crate) alone: Semaphore,
}

impl Worker {
    /// Works until told to stop or the queue is closed.
    pub(crate) async fn run(self: Arc<Self>, mut lanes: Lanes) {
        let hands = Arc::new(Semaphore::new(self.channel.concurrency().max(1)));
        while self.wait_for_lease().await {
            let first = tokio::select! {
                () = self.stop_taking.cancelled() => return,
                first = lanes.next() => first,
            };
            let Some(first) = first else { return };
            let mut deliveries = first.message.deliveries;
            let mut messages = vec![first];
            while messages.len() < MESSAGES_PER_LOAD
                && deliveries < DELIVERIES_PER_LOAD
                && let Some(Some(next)) = lanes.next().now_or_never()
            {
                deliveries += next.message.deliveries;
                messages.push(next);
            }
            for loaded in self.load(messages).await {
                self.hand_out(loaded, &hands).await;
            }
        }
    }

    /// Waits while the lease is too stale to begin anything; `false` when told to stop.
    async fn wait_for_lease(&self) -> bool {
        while !self.heartbeat.is_fresh() {
            tokio::select! {
                () = self.stop_taking.cancelled() => return false,
                () = tokio::time::sleep(Duration::from_millis(100)) => {}
            }
        }
        !self.stop_taking.is_cancelled()
    }

    /// Starts a message's calls as hands come free. When told to stop it gives up the rest: the
    /// message goes back once the calls that have begun are recorded.
    async fn hand_out(self: &Arc<Self>, loaded: Loaded, hands: &Arc<Semaphore>) {
        let Loaded {
            bundle,
            rows,
            suspect,
        } = loaded;
        if rows.jobs.is_empty() {
            self.recorder.finish(bundle).await;
            return;
        }
        bundle.expect(rows.jobs.len());
        let lane = rows.dispatch.lane;
        let mut jobs = rows.jobs.into_iter();
        while let Some(job) = jobs.next() {
            let Some(hand) = self.free_hand(hands).await else {
                return bundle.give_up(jobs.len() + 1).await;
            };
            let (worker, bundle) = (Arc::clone(self), Arc::clone(&bundle));
            self.calls.spawn(async move {
                if suspect {
                    worker.attempt_suspect(job, lane, &bundle).await;
                } else {
                    worker.attempt(job, lane, &bundle).await;
                }
                drop(hand);
            });
        }
    }

    async fn free_hand(&self, hands: &Arc<Semaphore>) -> Option<OwnedSemaphorePermit> {
        tokio::select! {
            () = self.stop_taking.cancelled() => None,
            hand = Arc::clone(hands).acquire_owned() => hand.ok(),
        }
    }
}
