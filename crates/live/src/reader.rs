//! Reads the inboxes that changed, many with one query, and tells the streams.

use std::sync::Arc;
use std::time::Duration;

use campanile_domain::Backoff;
use campanile_storage::{InboxUpdates, PageSize, StorageError, UpdatesFound, UpdatesSize};
use campanile_telemetry::{Outage, metrics};

use crate::hub::Shared;
use crate::limits::MAX_BYTES_OF_ALL;
use crate::questions::Batch;

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

/// Several tasks share one.
pub(crate) struct Reader<S: ?Sized> {
    hub: Arc<Shared>,
    storage: Arc<S>,
    /// No inbox can be read.
    outage: Outage,
    /// One cannot, while others can.
    unreadable: Outage,
}

impl<S: InboxUpdates + ?Sized> Reader<S> {
    pub(crate) fn new(hub: Arc<Shared>, storage: Arc<S>) -> Self {
        Self {
            hub,
            storage,
            outage: Outage::of(
                "reading inboxes for streams",
                "streams stay open and catch up when it works again",
            ),
            unreadable: Outage::of("reading an inbox for its streams", "they are closed"),
        }
    }

    /// Reads for ever.
    pub(crate) async fn run(&self) {
        let hub = &self.hub;
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
            if self.read(batch).await {
                pauses.reset();
            } else {
                tokio::time::sleep(pauses.pause()).await;
            }
        }
    }

    /// Asks, and tells the streams; `false` if no inbox can be read. A query that fails for one of its inboxes is split
    /// until that one is alone.
    async fn read(&self, batch: Batch) -> bool {
        let (mut batches, mut unreadable) = (vec![batch], Vec::new());
        let mut is_any_answered = false;
        while let Some(mut batch) = batches.pop() {
            match self.query(&batch).await {
                Ok(found) => {
                    is_any_answered = true;
                    self.hub.state().answered(batch, found);
                }
                Err(error) if error.is_lasting() => match batch.split() {
                    Some(rest) => batches.extend([batch, rest]),
                    None => unreadable.push((batch, error)),
                },
                Err(error) => {
                    self.note_outage(&error);
                    let unread = unreadable.iter().map(|(batch, _)| batch);
                    self.ask_again(batches.iter().chain([&batch]).chain(unread));
                    return false;
                }
            }
        }
        let Some((first, error)) = unreadable.first() else {
            self.outage.worked();
            self.unreadable.worked();
            return true;
        };
        let is_outage =
            !is_any_answered && (unreadable.len() > 1 || !self.others_work(first).await);
        if is_outage {
            self.note_outage(error);
            self.ask_again(unreadable.iter().map(|(batch, _)| batch));
            return false;
        }
        self.outage.worked();
        for (batch, error) in &unreadable {
            self.give_up(batch, error);
        }
        true
    }

    async fn query(&self, batch: &Batch) -> Result<Vec<UpdatesFound>, StorageError> {
        metrics()
            .stream_read_questions
            .observe(batch.wanted.len() as f64);
        let timer = metrics().stream_read_seconds.start_timer();
        let wanted = &batch.wanted;
        let found = self.storage.inbox_updates(wanted, SIZE, batch.now).await;
        timer.observe_duration();
        found
    }

    /// Whether another inbox can be read, when a query about this one alone has failed.
    async fn others_work(&self, batch: &Batch) -> bool {
        let other = self.hub.state().another_than(batch);
        match other {
            Some(other) => self.query(&other).await.is_ok(),
            None => true,
        }
    }

    /// Where the connection or the server failed, the back end has said so already.
    fn note_outage(&self, error: &StorageError) {
        if error.is_connection() {
            tracing::debug!(%error, "changed inboxes cannot be read");
        } else {
            self.outage.failed(error);
        }
    }

    fn ask_again<'a>(&self, batches: impl Iterator<Item = &'a Batch>) {
        let mut state = self.hub.state();
        for batch in batches {
            state.not_answered(batch);
        }
    }

    fn give_up(&self, batch: &Batch, error: &StorageError) {
        if let Some(asker) = batch.askers.first() {
            let tenant = asker.whose.tenant.as_str();
            self.unreadable
                .failed(&format_args!("tenant {tenant}: {error}"));
        }
        self.hub.state().give_up(batch);
    }
}
