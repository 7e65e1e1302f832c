//! The loop of one channel's worker.

use std::sync::Arc;
use std::time::Duration;

use campanile_domain::{Channel, Clock, Random};
use campanile_queue::Received;
use campanile_storage::Storage;
use campanile_wording::Wording;
use chrono::TimeDelta;
use futures_util::FutureExt;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::parked_messages::ParkedMessages;
use super::room::{Place, Room};
use super::tracking::Tracked;
use super::unsubscribing::Unsubscribing;
use super::{Lanes, Recorder};
use crate::account::Accounts;
use crate::heartbeat::Heartbeat;
use crate::trouble::Trouble;

static TROUBLE: Trouble = Trouble::of(
    "returning messages to their dispatches",
    "they return to the queue",
);

/// Messages whose rows are loaded by one query.
const MESSAGES_PER_LOAD: usize = 64;
/// Deliveries loaded by one query, about: at 256 KiB of content each they must fit in memory.
const DELIVERIES_PER_LOAD: usize = 128;
/// From the beginning of one query to that of the next, at least, unless it was full: under load
/// the messages that come within this time share a query, which costs little more than one does.
const LOAD_EVERY: Duration = Duration::from_millis(5);
/// A tenant has at least so many deliveries inside, however few permits its accounts have.
const LEAST_SHARE: usize = 64;
/// How often messages that wait are looked at when nothing else happens.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// For how long surplus messages of slow accounts go back to their rows.
const PUT_BACK_FOR: TimeDelta = TimeDelta::seconds(2);
/// They come back spread over so much more.
const SPREAD: TimeDelta = TimeDelta::seconds(2);

/// One channel's worker.
pub(crate) struct Worker {
    pub(crate) channel: Channel,
    pub(crate) accounts: Arc<Accounts>,
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) wording: Wording,
    pub(crate) unsubscribing: Arc<Unsubscribing>,
    pub(crate) tracked: Arc<Tracked>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Random,
    pub(crate) heartbeat: Arc<Heartbeat>,
    pub(crate) recorder: Recorder,
    pub(crate) calls: TaskTracker,
    pub(crate) stop_taking: CancellationToken,
    pub(crate) stop_now: CancellationToken,
    /// One place, for deliveries that may be why processes died.
    pub(crate) alone: Semaphore,
    pub(crate) room: Arc<Room>,
}

impl Worker {
    /// Works until the stop signal or until the queue is closed. It waits for messages, the database and capacity,
    /// but never for an account.
    pub(crate) async fn run(self: Arc<Self>, mut lanes: Lanes) {
        let mut parked = ParkedMessages::default();
        while self.wait_for_lease().await {
            let entered = self.enter(&mut parked);
            if entered.is_empty() {
                tokio::select! {
                    () = self.stop_taking.cancelled() => break,
                    first = lanes.next() => match first {
                        Some(first) => park(&mut parked, first).await,
                        None => break,
                    },
                    () = self.room.freed(), if !parked.is_empty() => {}
                    () = tokio::time::sleep(LOOK_EVERY), if !parked.is_empty() => {}
                }
            } else {
                let (begun, is_full) = (Instant::now(), entered.len() == MESSAGES_PER_LOAD);
                self.begin(entered).await;
                if !is_full {
                    sleep_until(begun + LOAD_EVERY).await;
                }
            }
            for _ in 0..MESSAGES_PER_LOAD {
                let Some(Some(next)) = lanes.next().now_or_never() else {
                    break;
                };
                park(&mut parked, next).await;
            }
            self.put_back(parked.take_surplus(Instant::now())).await;
        }
        for message in parked.into_all() {
            message.acknowledge.hand_back().await;
        }
    }

    /// Waits while the lease is too stale to begin anything; `false` on the stop signal.
    async fn wait_for_lease(&self) -> bool {
        while !self.heartbeat.is_fresh() {
            tokio::select! {
                () = self.stop_taking.cancelled() => return false,
                () = tokio::time::sleep(Duration::from_millis(100)) => {}
            }
        }
        !self.stop_taking.is_cancelled()
    }

    /// As many messages as one query loads, of tenants in turn for whom there is room.
    fn enter(&self, parked: &mut ParkedMessages) -> Vec<(Received, Place)> {
        let (mut entered, mut deliveries) = (Vec::new(), 0);
        while entered.len() < MESSAGES_PER_LOAD && deliveries < DELIVERIES_PER_LOAD {
            let next = parked.take(|tenant, deliveries| {
                let permits = self.accounts.concurrency(tenant, self.channel);
                let share = permits.saturating_mul(2).max(LEAST_SHARE);
                self.room.enter(tenant, deliveries, share)
            });
            let Some(next) = next else { break };
            deliveries += next.0.message.deliveries;
            entered.push(next);
        }
        entered
    }

    async fn begin(self: &Arc<Self>, entered: Vec<(Received, Place)>) {
        for (loaded, place) in self.load(entered).await {
            self.calls
                .spawn(Arc::clone(self).dispatch_to_accounts(loaded, place));
        }
    }

    /// Surplus messages are published again from their rows; if the rows cannot be updated, the queue redelivers
    /// them.
    async fn put_back(&self, surplus: Vec<Received>) {
        if surplus.is_empty() {
            return;
        }
        let rows: Vec<_> = surplus
            .iter()
            .map(|r| (r.message.tenant.clone(), r.message.dispatch))
            .collect();
        tracing::debug!(
            messages = rows.len(),
            "accounts are slow; returned messages to their dispatches"
        );
        let at = self.clock.now() + PUT_BACK_FOR + self.random.up_to(SPREAD);
        match self.storage.redeliver_at(&rows, at).await {
            Ok(()) => {
                for message in surplus {
                    message.acknowledge.done().await;
                }
            }
            Err(error) => {
                TROUBLE.failed(error);
                for message in surplus {
                    message.acknowledge.hand_back().await;
                }
            }
        }
    }
}

async fn park(parked: &mut ParkedMessages, received: Received) {
    if let Some(old) = parked.park(received, Instant::now()) {
        old.acknowledge.done().await;
    }
}
