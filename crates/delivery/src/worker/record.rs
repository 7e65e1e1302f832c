//! Writes results in natural batches, then acknowledges the messages that are thereby done.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use campanile_domain::{Backoff, Clock, DispatchId, TraceParent};
use campanile_storage::{FinishedDelivery, Record, Storage, StorageError};
use campanile_telemetry::{Stage, metrics};
use chrono::{DateTime, Utc};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::held_message::HeldMessage;
use crate::tally::Tally;
use crate::trials::Suspects;
use crate::trouble::Trouble;
use crate::vital::vital;

static TROUBLE: Trouble = Trouble::of(
    "recording outcomes",
    "they stay in memory and will be retried",
);

/// Results that wait to be written. When the queue is full, workers wait before they pass on the next result.
const QUEUE: usize = 4_096;
/// Results in one transaction.
const BATCH: usize = 512;
/// From the beginning of one transaction to that of the next, at least: results that come within
/// this time share one. After a crash, deliveries whose results were not written are called again.
const WRITE_EVERY: Duration = Duration::from_millis(5);
/// The longest pause between two tries to reach the database.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// How often a stopping recorder tries before it leaves the rest to other workers.
const TRIES_IN_A_HURRY: u32 = 5;

/// Something to be counted against a message: a result, or (without one) nothing to write.
struct Item {
    result: Option<FinishedDelivery>,
    /// The span that its notification was accepted in, if its trace is recorded.
    trace: Option<TraceParent>,
    message: Arc<HeldMessage>,
    /// Whether it is one of the deliveries its message expects.
    counts: bool,
}

/// Sends results to the writing task; cheap to clone.
#[derive(Clone)]
pub(crate) struct Recorder {
    sender: mpsc::Sender<Item>,
    closing: CancellationToken,
    expedite: CancellationToken,
    task: TaskTracker,
}

impl Recorder {
    pub(crate) fn start(
        storage: Arc<dyn Storage>,
        clock: Arc<dyn Clock>,
        tally: Arc<Tally>,
        suspects: Arc<Suspects>,
        failed: CancellationToken,
    ) -> Self {
        let (sender, items) = mpsc::channel(QUEUE);
        let (closing, expedite) = (CancellationToken::new(), CancellationToken::new());
        let task = TaskTracker::new();
        let writing = Writing {
            storage,
            clock,
            tally,
            suspects,
            expedite: expedite.clone(),
        };
        let running = writing.run(items, closing.clone());
        task.spawn(vital("recorder", failed, running));
        task.close();
        Self {
            sender,
            closing,
            expedite,
            task,
        }
    }

    /// A delivery's result.
    pub(crate) async fn submit(
        &self,
        result: FinishedDelivery,
        trace: Option<TraceParent>,
        message: Arc<HeldMessage>,
    ) {
        self.send(Item {
            result: Some(result),
            trace,
            message,
            counts: true,
        })
        .await;
    }

    /// A delivery that turned out to be recorded already.
    pub(crate) async fn skip(&self, message: Arc<HeldMessage>) {
        self.send(Item {
            result: None,
            trace: None,
            message,
            counts: true,
        })
        .await;
    }

    /// A message none of whose deliveries is open: only its row is left to remove.
    pub(crate) async fn finish(&self, message: Arc<HeldMessage>) {
        self.send(Item {
            result: None,
            trace: None,
            message,
            counts: false,
        })
        .await;
    }

    async fn send(&self, item: Item) {
        // The task ends only after the last call has. If a result is lost, its row makes the delivery be called again.
        let _ = self.sender.send(item).await;
    }

    /// From now on the database is not waited for long.
    pub(crate) fn expedite(&self) {
        self.expedite.cancel();
    }

    /// Writes what waits and ends.
    pub(crate) async fn close(&self) {
        self.expedite();
        self.closing.cancel();
        self.task.wait().await;
    }
}

/// The writing task.
struct Writing {
    storage: Arc<dyn Storage>,
    clock: Arc<dyn Clock>,
    tally: Arc<Tally>,
    suspects: Arc<Suspects>,
    expedite: CancellationToken,
}

impl Writing {
    async fn run(self, mut items: mpsc::Receiver<Item>, closing: CancellationToken) {
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            tokio::select! {
                biased;
                _ = items.recv_many(&mut batch, BATCH) => {}
                () = closing.cancelled() => return,
            }
            let begun = Instant::now();
            self.write(std::mem::take(&mut batch)).await;
            tokio::select! {
                () = sleep_until(begun + WRITE_EVERY) => {}
                () = closing.cancelled() => {}
            }
        }
    }

    /// Writes a batch; one that the database refuses is split until the refused result is alone.
    async fn write(&self, batch: Vec<Item>) {
        metrics()
            .record_batch_deliveries
            .observe(batch.len() as f64);
        let mut batches = vec![batch];
        while let Some(mut batch) = batches.pop() {
            let results = Results::of(&batch, self.clock.now());
            let stage = Stage::begin("worker.record");
            match stage.run(self.keep_trying(&results.record)).await {
                Ok(()) => {
                    stage.end(batch.iter().filter_map(|item| item.trace));
                    let deliveries = &results.record.deliveries;
                    self.tally.count(deliveries, self.clock.as_ref());
                    self.suspects.note(deliveries);
                    results.recorded().await;
                }
                Err(StorageError::Refused(_)) if batch.len() > 1 => {
                    let second = batch.split_off(batch.len() / 2);
                    batches.extend([second, batch]);
                }
                Err(error) => {
                    tracing::error!(results = batch.len(), %error, "could not record an outcome; its message was returned to the queue");
                    results.given_up().await;
                }
            }
        }
    }

    /// The same results, recorded at this moment: tries may be hours apart.
    fn now(&self, record: &Record) -> Record {
        Record {
            at: self.clock.now(),
            ..record.clone()
        }
    }

    /// Results are facts about the outside world: while the process lives, they are given up only
    /// if the database refuses them.
    async fn keep_trying(&self, record: &Record) -> Result<(), StorageError> {
        let mut backoff = Backoff::new(Duration::from_millis(50), LONGEST_PAUSE);
        let mut expedited_tries = 0;
        loop {
            let error = match TROUBLE
                .note(campanile_pipeline::record(&self.storage, self.now(record)).await)
            {
                Ok(()) => return Ok(()),
                Err(error) if error.is_lasting() => return Err(error),
                Err(error) => error,
            };
            if self.expedite.is_cancelled() {
                expedited_tries += 1;
                if expedited_tries == TRIES_IN_A_HURRY {
                    return Err(error);
                }
            }
            tokio::select! {
                () = tokio::time::sleep(backoff.pause()) => {}
                () = self.expedite.cancelled(), if !self.expedite.is_cancelled() => {}
            }
        }
    }
}

/// What a batch says, and whose messages it counts against.
struct Results {
    record: Record,
    messages: Vec<(Arc<HeldMessage>, usize)>,
}

impl Results {
    fn of(batch: &[Item], at: DateTime<Utc>) -> Self {
        let mut deliveries = Vec::with_capacity(batch.len());
        let mut messages: HashMap<DispatchId, (Arc<HeldMessage>, usize)> = HashMap::new();
        for item in batch {
            let (_, results) = messages
                .entry(item.message.dispatch)
                .or_insert_with(|| (Arc::clone(&item.message), 0));
            *results += usize::from(item.counts);
            deliveries.extend(item.result.clone());
        }
        let messages: Vec<_> = messages.into_values().collect();
        let finished = messages
            .iter()
            .filter(|(message, results)| message.ends_with(*results))
            .map(|(message, _)| (message.tenant.clone(), message.dispatch))
            .collect();
        Self {
            record: Record {
                deliveries,
                finished,
                at,
            },
            messages,
        }
    }

    /// Only what is recorded is counted: a message must not go back before.
    async fn recorded(self) {
        for delivery in &self.record.deliveries {
            metrics()
                .deliveries_finished_total
                .with_label_values(&[delivery.channel.name(), delivery.state.name()])
                .inc();
        }
        for (message, results) in self.messages {
            message.recorded(results).await;
        }
    }

    async fn given_up(self) {
        for (message, results) in self.messages {
            message.give_up(results).await;
        }
    }
}
