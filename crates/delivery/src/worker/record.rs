//! Writes results in natural batches, then acknowledges the messages that are thereby done.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use campanile_domain::DispatchId;
use campanile_storage::{FinishedDelivery, Record, Storage, StorageError};
use campanile_telemetry::metrics;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::bundle::Bundle;

/// Results that wait to be written; beyond it the callers wait with their calls done.
const QUEUE: usize = 4_096;
/// Results in one transaction.
const BATCH: usize = 512;
/// The longest pause between two tries to reach the database.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// How often a closing recorder tries before it leaves the rest to whoever finds the rows.
const TRIES_WHEN_CLOSING: u32 = 5;

/// Something to be counted against a message: a result, or (without one) nothing to write.
struct Item {
    result: Option<FinishedDelivery>,
    bundle: Arc<Bundle>,
    /// Whether it is one of the deliveries its bundle expects.
    counts: bool,
}

/// The way to the writing task; cheap to clone.
#[derive(Clone)]
pub(crate) struct Recorder {
    sender: mpsc::Sender<Item>,
    closing: CancellationToken,
    task: TaskTracker,
}

impl Recorder {
    pub(crate) fn start(storage: Arc<dyn Storage>) -> Self {
        let (sender, receiver) = mpsc::channel(QUEUE);
        let (closing, task) = (CancellationToken::new(), TaskTracker::new());
        task.spawn(run(receiver, storage, closing.clone()));
        task.close();
        Self {
            sender,
            closing,
            task,
        }
    }

    /// A delivery's result.
    pub(crate) async fn submit(&self, result: FinishedDelivery, bundle: Arc<Bundle>) {
        self.send(Item {
            result: Some(result),
            bundle,
            counts: true,
        })
        .await;
    }

    /// A delivery that turned out to be recorded already.
    pub(crate) async fn skip(&self, bundle: Arc<Bundle>) {
        self.send(Item {
            result: None,
            bundle,
            counts: true,
        })
        .await;
    }

    /// A message none of whose deliveries is open: only its row is left to remove.
    pub(crate) async fn finish(&self, bundle: Arc<Bundle>) {
        self.send(Item {
            result: None,
            bundle,
            counts: false,
        })
        .await;
    }

    async fn send(&self, item: Item) {
        // The task ends only after the last call has; a lost result is tried again by its row.
        let _ = self.sender.send(item).await;
    }

    /// Writes what waits and ends.
    pub(crate) async fn close(&self) {
        self.closing.cancel();
        self.task.wait().await;
    }
}

async fn run(
    mut items: mpsc::Receiver<Item>,
    storage: Arc<dyn Storage>,
    closing: CancellationToken,
) {
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        tokio::select! {
            biased;
            _ = items.recv_many(&mut batch, BATCH) => {}
            () = closing.cancelled() => return,
        }
        write(std::mem::take(&mut batch), storage.as_ref(), &closing).await;
    }
}

async fn write(batch: Vec<Item>, storage: &dyn Storage, closing: &CancellationToken) {
    let mut record = Record::default();
    let mut bundles: HashMap<DispatchId, (Arc<Bundle>, usize)> = HashMap::new();
    for Item {
        result,
        bundle,
        counts,
    } in batch
    {
        let (_, results) = bundles
            .entry(bundle.dispatch)
            .or_insert_with(|| (bundle, 0));
        *results += usize::from(counts);
        record.deliveries.extend(result);
    }
    let finished = bundles
        .values()
        .filter(|(bundle, results)| bundle.ends_with(*results));
    record.finished = finished
        .map(|(bundle, _)| (bundle.tenant.clone(), bundle.dispatch))
        .collect();
    metrics()
        .record_batch_deliveries
        .observe(record.deliveries.len() as f64);
    // Only what is recorded is counted: a message must not go back before.
    if keep_trying(&record, storage, closing).await {
        count(&record);
        for (bundle, results) in bundles.into_values() {
            bundle.recorded(results).await;
        }
    } else {
        for (bundle, results) in bundles.into_values() {
            bundle.give_up(results).await;
        }
    }
}

/// Results are facts about the outside world, so they are not given up while the process lives.
async fn keep_trying(record: &Record, storage: &dyn Storage, closing: &CancellationToken) -> bool {
    let (mut pause, mut tries_when_closing) = (Duration::from_millis(50), 0);
    loop {
        match storage.record(record.clone()).await {
            Ok(()) => return true,
            Err(StorageError::Refused(detail)) => {
                return one_by_one(record, storage, &detail).await;
            }
            Err(error) => tracing::warn!(%error, "results wait for the database"),
        }
        if closing.is_cancelled() {
            tries_when_closing += 1;
            if tries_when_closing == TRIES_WHEN_CLOSING {
                return false;
            }
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// A refused batch is written result by result, so that one bad row spares its neighbours.
async fn one_by_one(record: &Record, storage: &dyn Storage, detail: &str) -> bool {
    tracing::error!(
        detail,
        "a batch of results was refused; writing them one by one"
    );
    let mut all = true;
    for delivery in &record.deliveries {
        let one = Record {
            deliveries: vec![delivery.clone()],
            finished: Vec::new(),
        };
        if let Err(error) = storage.record(one).await {
            tracing::error!(delivery.id = %delivery.delivery_id, %error, "result not recorded");
            all = false;
        }
    }
    let rest = Record {
        deliveries: Vec::new(),
        finished: record.finished.clone(),
    };
    all && storage.record(rest).await.is_ok()
}

fn count(record: &Record) {
    for delivery in &record.deliveries {
        metrics()
            .deliveries_finished_total
            .with_label_values(&[delivery.channel.name(), delivery.state.name()])
            .inc();
    }
}
